package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

final class ParametersTest {
  private static final Classifier SMALL =
      Classifier.of(
          Sequential.empty()
              .then("conv", Conv.of(3, 4, 3))
              .then(Shaping.GLOBAL_AVERAGE)
              .then("fc", Dense.of(4, 2)),
          Shape.of(3, 5, 5),
          2);

  @Test
  void initializationDependsOnSeedAndPathOnly() {
    Parameters all = SMALL.initialize(1);
    Parameters one = Parameters.initialize(List.of(SMALL.parameters().get(2)), 1);

    assertThat(one.value("fc.weight")).isEqualTo(all.value("fc.weight"));
    assertThat(SMALL.initialize(1)).isEqualTo(all);
    assertThat(SMALL.initialize(2)).isNotEqualTo(all);
    assertThat(all.paths()).containsExactly("conv.weight", "conv.bias", "fc.weight", "fc.bias");
    assertThat(all.count()).isEqualTo(4 * 3 * 9 + 4 + 2 * 4 + 2);
  }

  @Test
  void everythingThatDoesNotFitIsListedAtOnce() {
    Parameters wrong =
        Parameters.empty()
            .with("conv.weight", Tensor.zeros(Shape.of(4, 3, 2, 2)))
            .with("fc.weight", Tensor.zeros(Shape.of(2, 4)))
            .with("fc.bias", Tensor.zeros(Shape.of(2)))
            .with("fc.scale", Tensor.zeros(Shape.of(2)));

    assertThatThrownBy(() -> wrong.fitting(SMALL.parameters()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "parameters: 3 of them do not fit the network: \"conv.weight\" is [4, 3, 2, 2], the"
                + " network expects [4, 3, 3, 3]; missing \"conv.bias\" [4]; left over"
                + " \"fc.scale\" [2] — check its architecture and the names");
  }

  @Test
  void fittingPutsThemInTheOrderOfTheNetwork() {
    Parameters given = SMALL.initialize(0);
    Parameters shuffled = Parameters.empty();
    for (String path : List.of("fc.bias", "conv.bias", "fc.weight", "conv.weight")) {
      shuffled = shuffled.with(path, given.value(path));
    }
    assertThat(shuffled).isNotEqualTo(given);
    assertThat(shuffled.fitting(SMALL.parameters())).isEqualTo(given);
  }

  @Test
  void initializersHaveTheirVariances() {
    Shape filter = Shape.of(64, 32, 3, 3);
    // The standard error of a variance estimated from 18432 draws is about 1 %; 5 % is far out.
    assertThat(variance(Initializer.heNormal(), filter)).isBetween(0.95 * 2 / 288, 1.05 * 2 / 288);
    assertThat(variance(Initializer.glorotUniform(), filter))
        .isBetween(0.95 * 2 / 864, 1.05 * 2 / 864);
    assertThat(variance(Initializer.fanInUniform(), filter))
        .isBetween(0.95 / (3 * 288), 1.05 / (3 * 288));
    // A standard normal cut at ±2 has variance 0.774.
    assertThat(variance(Initializer.truncatedNormal(0.02), filter))
        .isBetween(0.95 * 0.774 * 4e-4, 1.05 * 0.774 * 4e-4);
    assertThat(variance(Initializer.constant(3), filter)).isZero();
  }

  @Test
  void aClassifierIsCheckedWhenItIsMade() {
    Layer flat = Shaping.FLATTEN;
    assertThatThrownBy(() -> Classifier.of(flat, Shape.of(3, 2, 2), 10))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "classifier: the network's output is [1, 12], logits of 10 classes are [1, 10] — end it"
                + " with a flat dense layer");
    assertThatThrownBy(() -> Classifier.of(flat, Shape.of(3, 2), 6))
        .hasMessage("classifier: an image is C × H × W, not [3, 2]");
  }

  private static double variance(Initializer initializer, Shape shape) {
    Tensor value = initializer.initialize(shape, SeededRandom.of(11));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < value.size(); i++) {
      sum += value.value(i);
      squares += (double) value.value(i) * value.value(i);
    }
    double mean = sum / value.size();
    return squares / value.size() - mean * mean;
  }
}
