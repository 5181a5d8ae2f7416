package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

final class ZooTest {

  @Test
  void theReferenceNetworkHasItsParameters() {
    Parameters plain = ReferenceCnn.of(8).classifier().initialize(0);
    assertThat(plain.count())
        .isEqualTo(
            9 * (3 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128)
                + 2 * (32 + 64 + 128)
                + 128 * 8
                + 8);
    assertThat(plain.paths()).startsWith("conv1.weight", "conv1.bias", "conv2.weight");

    Classifier normalised =
        ReferenceCnn.of(3)
            .withImage(Shape.of(1, 16, 16))
            .withWidths(4, 4, 8, 8)
            .withNormalization(ReferenceCnn.Normalization.BATCH)
            .classifier();
    assertThat(normalised.initialize(0).paths())
        .contains("bn4.running_mean")
        .doesNotContain("conv1.bias");
  }

  @Test
  void mobileNetHasTheParametersOfKeras() {
    // Keras counts 475 544 for width 0.25 and 4 253 864 for width 1, both with 1000 classes.
    assertThat(MobileNetV1.of(0.25, 224, 1000).classifier().initialize(0).count())
        .isEqualTo(475_544);
    assertThat(MobileNetV1.of(1, 128, 1000).classifier().initialize(0).count())
        .isEqualTo(4_253_864);
  }

  @Test
  void kerasArraysAreRenamedAndTurned() {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("conv1/kernel", Tensor.generate(Shape.of(3, 3, 3, 8), i -> i));
    arrays.put("conv_dw_1/depthwise_kernel", Tensor.generate(Shape.of(3, 3, 8, 1), i -> i));
    arrays.put("conv1_bn/moving_variance", Tensor.zeros(Shape.of(8)));
    arrays.put("conv_preds/kernel", Tensor.generate(Shape.of(1, 1, 4, 2), i -> i));
    Parameters parameters = MobileNetV1.fromKeras(arrays);

    assertThat(parameters.paths())
        .containsExactly(
            "conv1.weight", "conv_dw_1.weight", "conv1_bn.running_var", "conv_preds.weight");
    Tensor conv = parameters.value("conv1.weight");
    assertThat(conv.shape()).isEqualTo(Shape.of(8, 3, 3, 3));
    assertThat(conv.at(5, 2, 1, 0)).isEqualTo(arrays.get("conv1/kernel").at(1, 0, 2, 5));
    Tensor depthwise = parameters.value("conv_dw_1.weight");
    assertThat(depthwise.shape()).isEqualTo(Shape.of(8, 1, 3, 3));
    assertThat(depthwise.at(5, 0, 1, 2))
        .isEqualTo(arrays.get("conv_dw_1/depthwise_kernel").at(1, 2, 5, 0));
    assertThat(parameters.value("conv_preds.weight"))
        .isEqualTo(Tensor.of(Shape.of(2, 4), 0, 2, 4, 6, 1, 3, 5, 7));
  }

  @Test
  void unknownArraysAreNamed() {
    assertThatThrownBy(
            () -> MobileNetV1.fromKeras(Map.of("conv1/weights", Tensor.zeros(Shape.of(1)))))
        .hasMessageStartingWith(
            "MobileNet: array \"conv1/weights\" is none of its variables — expected");
    assertThatThrownBy(
            () -> MobileNetV1.fromKeras(Map.of("conv1/kernel", Tensor.zeros(Shape.of(1)))))
        .hasMessage(
            "MobileNet: array \"conv1/kernel\" is [1], expected h × w × in × out or in × out");
  }

  @Test
  void widthsComeInPairs() {
    assertThatThrownBy(() -> new ReferenceCnn(Shape.of(3, 8, 8), 2, List.of(4), null))
        .hasMessage("reference CNN: convolutions come in pairs, 1 widths do not");
  }
}
