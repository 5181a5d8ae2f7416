package org.neuralharmonizer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameter;

final class NetworkTest {

  /** Of torchvision and timm; of the reference CNN by hand: 9·(3·32 + … + 128·128) + 448 + 1290. */
  @ParameterizedTest
  @CsvSource({
    "RESNET50, 25557032",
    "VGG16, 138357544",
    "EFFICIENTNET_B0, 5288548",
    "VIT_B16, 86567656",
    "VIT_S16, 22050664",
    "REFERENCE_CNN, 288298",
    "REFERENCE_CNN_BN, 288746"
  })
  void hasAsManyParametersAsPublished(Network network, long published) {
    assertThat(learned(network.classifier())).isEqualTo(published);
  }

  @Test
  void isFoundByItsWord() {
    assertThat(Network.of("vit_b16")).isEqualTo(Network.VIT_B16);
    assertThatThrownBy(() -> Network.of("vgg19")).hasMessageContaining("efficientnet_b0");
  }

  private static long learned(Classifier classifier) {
    return classifier.parameters().stream()
        .filter(Parameter::trainable)
        .mapToLong(each -> each.shape().size())
        .sum();
  }
}
