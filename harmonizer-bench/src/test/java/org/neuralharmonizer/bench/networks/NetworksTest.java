package org.neuralharmonizer.bench.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.bench.Network;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.tensor.Shape;

final class NetworksTest {

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
  void givesLogitsAtOtherSizes() {
    assertLogits(ResNet50.of(64, 7).classifier(), 64);
    assertLogits(ResNet50.of(33, 7).classifier(), 33);
    assertLogits(Vgg16.of(32, 7).classifier(), 32);
    assertLogits(EfficientNetB0.of(47, 7).classifier(), 47);
    assertLogits(VisionTransformer.small(32, 7).classifier(), 32);
  }

  @Test
  void refusesImagesThatVggCannotHalve() {
    assertThatThrownBy(() -> Vgg16.of(100, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VGG: images of 100 pixels do not halve five times — use a multiple of 32");
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

  private static void assertLogits(Classifier classifier, int size) {
    Expr images = Expr.input("images", Shape.of(2, 3, size, size));
    assertThat(classifier.logits(images, Context.of(Mode.TRAINING)).shape())
        .isEqualTo(Shape.of(2, 7));
  }
}
