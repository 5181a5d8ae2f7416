package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.alignment.TradeOffFrontier.Model;
import org.neuralharmonizer.tensor.SeededRandom;

class TradeOffFrontierTest {
  @Test
  void theFrontHoldsWhatNothingBeats() {
    Model accurate = new Model("accurate", 0.9, 0.1);
    Model aligned = new Model("aligned", 0.6, 0.5);
    Model between = new Model("between", 0.7, 0.3);
    Model beaten = new Model("beaten", 0.65, 0.3);
    Model twin = new Model("twin", 0.7, 0.3);
    Model sameAccuracy = new Model("same accuracy", 0.9, 0.05);

    TradeOffFrontier tradeOff =
        TradeOffFrontier.of(List.of(beaten, accurate, between, sameAccuracy, aligned, twin));

    assertThat(tradeOff.frontier()).containsExactly(aligned, between, twin, accurate);
    assertThat(TradeOffFrontier.of(List.of()).frontier()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theFrontIsWhatNoModelDominates(long seed) {
    SeededRandom random = SeededRandom.of(seed);
    List<Model> models =
        IntStream.range(0, 200)
            .mapToObj(
                i -> new Model("model " + i, random.nextInt(40) - 20, -random.nextInt(40) / 4.0))
            .toList();

    assertThat(TradeOffFrontier.of(models).frontier())
        .as("seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(
            models.stream()
                .filter(model -> models.stream().noneMatch(other -> other.dominates(model)))
                .toList());
  }

  @Test
  void scoresMustBeFinite() {
    assertThatThrownBy(() -> new Model("a", Double.NaN, 1))
        .hasMessage("trade-off: \"a\" has accuracy NaN and alignment 1.0 — both must be finite");
  }
}
