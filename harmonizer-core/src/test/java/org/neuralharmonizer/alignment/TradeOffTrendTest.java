package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.alignment.TradeOffFrontier.Model;
import org.neuralharmonizer.tensor.SeededRandom;

class TradeOffTrendTest {
  @Test
  void theBreakOfTwoLinesIsFound() {
    // Rises by 1/2 up to 6 and falls by 2 from there.
    List<Model> models =
        IntStream.range(0, 12)
            .mapToObj(i -> new Model("m" + i, i, i < 6 ? 1 + i / 2.0 : 4 - 2.0 * (i - 6)))
            .toList();

    Changepoint found = TradeOffTrend.of(models, 1).changepoint().orElseThrow();

    assertThat(found.at()).isEqualTo(6);
    assertThat(found.level()).isCloseTo(4, within(1e-12));
    assertThat(found.slopeBefore()).isCloseTo(0.5, within(1e-12));
    assertThat(found.slopeAfter()).isCloseTo(-2, within(1e-12));
    assertThat(found.explained()).isCloseTo(1, within(1e-12));
    assertThat(found.explainedByLine()).isBetween(0.0, 0.7);
  }

  @Test
  void fewModelsHaveNoBreakAndNoInterval() {
    TradeOffTrend trend = TradeOffTrend.of(List.of(new Model("a", 1, 2), new Model("b", 2, 1)), 1);

    assertThat(trend.correlation()).hasValue(-1);
    assertThat(trend.lower()).isNaN();
    assertThat(trend.changepoint()).isEmpty();
    assertThat(TradeOffTrend.of(List.of(), 1).correlation()).isEmpty();
  }

  @Test
  void theIntervalHoldsTheCorrelationAndCountsWhatHasNone() {
    SeededRandom random = SeededRandom.of(4);
    List<Model> models =
        IntStream.range(0, 40)
            .mapToObj(i -> new Model("m" + i, i, -i + 8 * random.nextGaussian()))
            .toList();

    TradeOffTrend trend = TradeOffTrend.of(models, 9);

    double correlation = trend.correlation().orElseThrow();
    assertThat(trend.lower()).isLessThan(correlation);
    assertThat(trend.upper()).isGreaterThan(correlation).isNegative();
    assertThat(trend.undefinedResamples()).isZero();
    // Of three models one in nine resamples draws a single one, 3 · (1/3)³.
    assertThat(TradeOffTrend.of(models.subList(0, 3), 9).undefinedResamples()).isBetween(70, 160);
  }

  @Test
  void theHullLeavesOutDents() {
    Model left = new Model("left", 1, 4);
    Model dent = new Model("dent", 2, 2.5);
    Model right = new Model("right", 3, 2);
    Model beaten = new Model("beaten", 0, 1);
    Model onLine = new Model("on the line", 2, 3);

    assertThat(TradeOffTrend.hull(List.of(right, dent, beaten, left))).containsExactly(left, right);
    assertThat(TradeOffTrend.hull(List.of(right, onLine, left)))
        .containsExactly(left, onLine, right);
  }
}
