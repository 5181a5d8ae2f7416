package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.nn.zoo.BagNet33;
import org.neuralharmonizer.nn.zoo.CifarResNet;
import org.neuralharmonizer.nn.zoo.ConvNeXtTiny;
import org.neuralharmonizer.nn.zoo.DenseNet121;
import org.neuralharmonizer.nn.zoo.EfficientNetB0;
import org.neuralharmonizer.nn.zoo.LeVit;
import org.neuralharmonizer.nn.zoo.MaxVit;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.nn.zoo.ResNet50;
import org.neuralharmonizer.nn.zoo.ResNet50V2;
import org.neuralharmonizer.nn.zoo.SqueezeNet;
import org.neuralharmonizer.nn.zoo.Vgg16;
import org.neuralharmonizer.nn.zoo.VisionTransformer;
import org.neuralharmonizer.testing.HarmonizerGradient;
import org.neuralharmonizer.testing.SmallNetworks;

/** The architectures as published, and their second derivatives in small. */
final class ArchitecturesTest {
  private static final int IMAGENET = 1000;
  private static final int SIZE = 224;

  /** Trainable parameters, as the libraries whose names the networks have count them. */
  static Stream<Arguments> published() {
    return Stream.of(
        Arguments.of("VGG16, Keras", Vgg16.of(SIZE, IMAGENET).classifier(), 138_357_544L),
        Arguments.of(
            "ResNet50, torchvision", ResNet50.of(SIZE, IMAGENET).classifier(), 25_557_032L),
        Arguments.of("ResNet101", resNet101(), 44_549_160L),
        Arguments.of("ResNet50V2, Keras", ResNet50V2.of(SIZE, IMAGENET).classifier(), 25_568_360L),
        Arguments.of(
            "EfficientNetB0, timm", EfficientNetB0.of(SIZE, IMAGENET).classifier(), 5_288_548L),
        Arguments.of(
            "ViT-Ti/16, timm", VisionTransformer.tiny(SIZE, IMAGENET).classifier(), 5_717_416L),
        Arguments.of(
            "ViT-S/16, timm", VisionTransformer.small(SIZE, IMAGENET).classifier(), 22_050_664L),
        Arguments.of(
            "ViT-B/16, timm", VisionTransformer.base(SIZE, IMAGENET).classifier(), 86_567_656L),
        Arguments.of(
            "SqueezeNet 1.0, torchvision",
            SqueezeNet.of(SqueezeNet.Version.V1_0, SIZE, IMAGENET).classifier(),
            1_248_424L),
        Arguments.of(
            "SqueezeNet 1.1, torchvision",
            SqueezeNet.of(SqueezeNet.Version.V1_1, SIZE, IMAGENET).classifier(),
            1_235_496L),
        Arguments.of(
            "DenseNet121, torchvision", DenseNet121.of(SIZE, IMAGENET).classifier(), 7_978_856L),
        Arguments.of(
            "ConvNeXt-Tiny, timm", ConvNeXtTiny.of(SIZE, IMAGENET).classifier(), 28_589_128L),
        Arguments.of(
            "MobileNet, Keras", MobileNetV1.of(1, SIZE, IMAGENET).classifier(), 4_231_976L),
        Arguments.of("ResNet20 for CIFAR", CifarResNet.of(20).classifier(), 269_722L),
        Arguments.of("ResNet110 for CIFAR", CifarResNet.of(110).classifier(), 1_727_962L),
        Arguments.of(
            "LeViT-128, timm's 9,213,936 without the head for distillation",
            LeVit.of128(SIZE, IMAGENET).classifier(),
            8_828_168L),
        Arguments.of("MaxViT-T, timm", MaxVit.tiny(SIZE, IMAGENET).classifier(), 30_916_528L),
        Arguments.of("BagNet33", BagNet33.of(SIZE, IMAGENET).classifier(), 18_310_184L));
  }

  private static Classifier resNet101() {
    return ResNet50.of(SIZE, IMAGENET).withBlocks(3, 4, 23, 3).classifier();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void hasAsManyParametersAsPublished(String name, Classifier classifier, long count) {
    assertThat(
            classifier.parameters().stream()
                .filter(Parameter::trainable)
                .mapToLong(each -> each.shape().size())
                .sum())
        .isEqualTo(count);
  }

  static Stream<Arguments> small() {
    return SmallNetworks.all().entrySet().stream()
        .map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  /** The whole objective with its saliency, differentiated by every parameter, in both modes. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("small")
  void theHarmonizersGradientFollowsDifferences(String name, Classifier classifier) {
    HarmonizerGradient.check(classifier, classifier.initialize(4));
  }

  @Test
  void whatCannotBeBuiltIsRefused() {
    assertThatThrownBy(() -> Vgg16.of(100, 7))
        .hasMessage("VGG: images of 100 pixels do not halve five times — use a multiple of 32");
    assertThatThrownBy(() -> CifarResNet.of(21))
        .hasMessage("CIFAR ResNet: depth 21 is not 6 n + 2 — use 20, 32, 44, 56 or 110");
    assertThatThrownBy(() -> ResNet50.of(64, 7).withBlocks(3, 4))
        .hasMessageContaining("for each of four stages, not [3, 4]");
    assertThatThrownBy(() -> Vgg16.of(32, 7).withWidth(0).classifier())
        .hasMessageContaining("multiplier of all channel counts, not 0.0");
    assertThatThrownBy(() -> VisionTransformer.tiny(100, 7))
        .hasMessageContaining("images of 100 pixels in patches of 16");
    assertThatThrownBy(() -> BagNet33.of(32, 7)).hasMessageContaining("smaller than its patches");
  }
}
