package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.nn.zoo.BagNet33;
import org.neuralharmonizer.nn.zoo.CifarResNet;
import org.neuralharmonizer.nn.zoo.ConvNeXtTiny;
import org.neuralharmonizer.nn.zoo.DenseNet121;
import org.neuralharmonizer.nn.zoo.EfficientNetB0;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.nn.zoo.ResNet50;
import org.neuralharmonizer.nn.zoo.ResNet50V2;
import org.neuralharmonizer.nn.zoo.SqueezeNet;
import org.neuralharmonizer.nn.zoo.Vgg16;
import org.neuralharmonizer.nn.zoo.VisionTransformer;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;

/** The architectures as published, and their second derivatives in small. */
final class ArchitecturesTest {
  private static final int IMAGENET = 1000;
  private static final int SIZE = 224;

  /** Through up to thirty layers of rectifiers a step of 1e-6 crosses a kink now and then. */
  private static final double STEP = 1e-7;

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

  /** Narrow and shallow, on images as small as the strides allow. */
  static Stream<Arguments> small() {
    return Stream.of(
        Arguments.of("VGG16", Vgg16.of(32, 3).withWidth(0.03).classifier()),
        Arguments.of(
            "ResNet50", ResNet50.of(33, 3).withBlocks(1, 2, 1, 1).withWidth(0.04).classifier()),
        Arguments.of(
            "ResNet50V2", ResNet50V2.of(33, 3).withBlocks(2, 1, 1, 1).withWidth(0.04).classifier()),
        Arguments.of(
            "EfficientNetB0", EfficientNetB0.of(64, 3).withWidth(0.05).withDepth(0.4).classifier()),
        Arguments.of("ViT", new VisionTransformer(8, 2, 2, 8, 16, 3).classifier()),
        Arguments.of("SqueezeNet 1.0", squeezeNet(SqueezeNet.Version.V1_0)),
        Arguments.of("SqueezeNet 1.1", squeezeNet(SqueezeNet.Version.V1_1)),
        Arguments.of(
            "DenseNet", DenseNet121.of(32, 3).withBlocks(2, 2, 1).withGrowth(3).classifier()),
        Arguments.of(
            "ConvNeXt", ConvNeXtTiny.of(32, 3).withBlocks(1, 1, 2, 1).withWidth(0.04).classifier()),
        Arguments.of("MobileNet", MobileNetV1.of(0.13, 64, 3).classifier()),
        Arguments.of("CIFAR ResNet", CifarResNet.of(8).withSize(12).withWidth(0.2).classifier()),
        Arguments.of(
            "BagNet", BagNet33.of(47, 3).withBlocks(1, 2, 1, 1).withWidth(0.04).classifier()),
        Arguments.of(
            "reference CNN",
            ReferenceCnn.of(3).withImage(Shape.of(3, 12, 12)).withWidths(3, 4).classifier()));
  }

  private static Classifier squeezeNet(SqueezeNet.Version version) {
    return SqueezeNet.of(version, 41, 3).withWidth(0.1).classifier();
  }

  /**
   * The whole objective with its saliency, differentiated by every parameter, in both modes. The
   * scores are the cross-entropy of soft labels, so that logits count too.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("small")
  void theHarmonizersGradientFollowsDifferences(String name, Classifier classifier) {
    for (Mode mode : Mode.values()) {
      Shape batch = classifier.image().within(2);
      Expr images = Expr.input("images", batch);
      Expr labels = Expr.input("labels", Shape.of(2, classifier.classes()));
      Expr maps = Expr.input("maps", Shape.of(2, batch.extent(2), batch.extent(3)));
      Expr weights = Expr.input("weights", Shape.of(2));
      Context context = Context.of(mode);
      HarmonizerObjective objective =
          HarmonizerObjective.asInReleasedCode(classifier)
              .withMapLoss(
                  // Relative, because the saliency of a network this small may be tiny, and then
                  // the step of a difference is not.
                  HarmonizationLoss.asInPaper()
                      .withLevels(2)
                      .withStandardization(Standardization.relative(1e-2)));
      HarmonizerObjective.Terms terms = objective.terms(images, labels, maps, weights, context);
      Map<Expr, double[]> values = new HashMap<>();
      values.put(images, Differences.random(images.shape(), 1));
      double[] soft = new double[labels.shape().size()];
      for (int i = 0; i < soft.length; i++) {
        soft[i] = (1 + i % 3) / 6.0;
      }
      values.put(labels, soft);
      values.put(maps, Differences.random(maps.shape(), 2));
      values.put(weights, new double[] {1, 0.5});
      Parameters parameters = classifier.initialize(4);
      for (Parameter each : context.parameters()) {
        values.put(each.leaf(), moved(parameters.value(each.path()), values.size()));
      }
      assertThat(terms.logits().shape()).isEqualTo(labels.shape());
      assertThat(terms.saliency().shape()).isEqualTo(maps.shape());
      List<Expr> learned = context.trainable().stream().map(Parameter::leaf).toList();
      Differences.checkFirst(terms.total(), learned, values, STEP);
    }
  }

  /**
   * Biases and statistics away from their first values: where all inputs of a unit are 0, a bias of
   * 0 puts it on the kink of its rectifier, which has no derivative.
   */
  private static double[] moved(Tensor first, long seed) {
    double[] values = Differences.doubles(first);
    if (first.shape().rank() == 1) {
      double[] by = Differences.random(first.shape(), seed);
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.2 * Math.abs(by[i]);
      }
    }
    return values;
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
