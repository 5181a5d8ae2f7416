package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss.Norm;
import org.neuralharmonizer.loss.HarmonizationLoss.Normalization;
import org.neuralharmonizer.loss.HarmonizationLoss.SinglePixels;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.testing.Differences;

final class HarmonizationLossTest {
  // Only double rounding of some hundred terms separates both sides.
  private static final double EXACT = 1e-12;

  private final Expr saliency = Expr.input("saliency", Shape.of(4, 16, 12));
  private final Expr human = Expr.input("human", Shape.of(4, 16, 12));
  private final Expr weights = Expr.input("weights", Shape.of(4));
  private final Map<Expr, double[]> values = new HashMap<>();

  HarmonizationLossTest() {
    values.put(saliency, Differences.random(saliency.shape(), 1));
    values.put(human, Differences.random(human.shape(), 2));
    values.put(weights, new double[] {1, 0, 0.5, 1});
  }

  static Stream<HarmonizationLoss> forms() {
    HarmonizationLoss paper = HarmonizationLoss.asInPaper().withLevels(4);
    return Stream.of(
            paper,
            paper.withNorm(Norm.SQUARED),
            paper.withStandardization(Standardization.relative(1e-4)),
            HarmonizationLoss.asInReleasedCode(),
            HarmonizationLoss.asInReleasedCode().withNorm(Norm.EUCLIDEAN),
            HarmonizationLoss.asInEarlierCode())
        .flatMap(each -> Stream.of(Normalization.values()).map(each::withNormalization));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void followsDifferencesWithThePeakHeldFixed(HarmonizationLoss form) {
    Expr loss = form.loss(saliency, human, weights);
    Expr held = Differences.holdingDetached(loss, values);
    Differences.checkFirst(loss, held, List.of(saliency, human, weights), values);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void withoutHumanMapsLossAndGradientAreZero(HarmonizationLoss form) {
    values.put(weights, new double[4]);
    assertLossAndGradient(form, 0);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void constantMapsGiveZeroGradients(HarmonizationLoss form) {
    // The paper's form standardizes levels, and padding leaves no coarser level of a constant map
    // constant, unless it is 0.
    boolean paper = form.toString().contains("PYRAMID_FIRST");
    values.put(saliency, filled(paper ? 0 : 0.7));
    values.put(human, filled(paper ? 0 : -0.1));
    assertLossAndGradient(form, 0);
    values.put(human, Differences.random(human.shape(), 2));
    double[] gradient = gradient(form);
    assertThat(gradient).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void equalMapsGiveZero(HarmonizationLoss form) {
    values.put(human, values.get(saliency));
    double loss = Differences.value(form.loss(saliency, human, weights), values);
    // Matching peaks with an epsilon leaves about (1e-4)² of a value of order 1.
    assertThat(loss).isBetween(0.0, 1e-3);
    assertThat(gradient(form)).doesNotContain(Double.NaN);
  }

  @Test
  void anImageWithoutAMapHasNoInfluence() {
    for (HarmonizationLoss form : forms().toList()) {
      double[] gradient = gradient(form);
      assertThat(Arrays.copyOfRange(gradient, 192, 384)).containsOnly(0);
      assertThat(Arrays.copyOfRange(gradient, 0, 192)).doesNotContain(Double.NaN);
    }
  }

  @Test
  void normalizationsDifferByTheShareOfMappedImages() {
    for (HarmonizationLoss form : forms().toList()) {
      double batch = value(form.withNormalization(Normalization.OVER_BATCH));
      double mapped = value(form.withNormalization(Normalization.OVER_MAPPED));
      assertThat(batch * 4).isCloseTo(mapped * 2.5, within(EXACT * mapped));
    }
  }

  @Test
  void halfAWeightCountsHalf() {
    HarmonizationLoss form = HarmonizationLoss.asInReleasedCode();
    values.put(weights, new double[] {0, 0, 1, 0});
    double whole = value(form);
    values.put(weights, new double[] {0, 0, 0.5, 0});
    assertThat(value(form)).isCloseTo(whole / 2, within(EXACT));
    HarmonizationLoss mapped = form.withNormalization(Normalization.OVER_MAPPED);
    assertThat(value(mapped)).isCloseTo(4 * whole, within(EXACT));
  }

  @Test
  void levelsAddUpOrAverage() {
    HarmonizationLoss paper = HarmonizationLoss.asInPaper().withLevels(3);
    HarmonizationLoss released = HarmonizationLoss.asInEarlierCode();
    assertThat(levels(paper).sum()).isCloseTo(value(paper), within(EXACT * 100));
    assertThat(levels(released).average().orElseThrow()).isCloseTo(value(released), within(EXACT));
    assertThat(levels(released).count()).isEqualTo(6);
  }

  @Test
  void thePaperFormIgnoresScaleAndShiftOfTheHumanMap() {
    HarmonizationLoss form = HarmonizationLoss.asInPaper().withLevels(1);
    double before = value(form);
    values.put(human, Arrays.stream(values.get(human)).map(x -> 3 * x + 5).toArray());
    // The epsilon of 1e-5 in the divisor is the only trace.
    assertThat(value(form)).isCloseTo(before, within(1e-4 * before));
  }

  @Test
  void levelsOfOnePixelAreRefusedInThePaperForm() {
    Expr square = Expr.zeros(Shape.of(2, 32, 32));
    Expr ones = Expr.filled(Shape.of(2), 1);
    HarmonizationLoss six = HarmonizationLoss.asInPaper().withLevels(6);
    assertThatThrownBy(() -> six.loss(square, square, ones))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "harmonization loss: level 6 of the pyramid is 1 × 1 pixels, its z-score is always 0"
                + " — use at most 5 levels for 32 × 32 maps");
    Expr loss = six.withSinglePixels(SinglePixels.ALLOWED).loss(square, square, ones);
    assertThat(Differences.value(loss, Map.of())).isZero();
  }

  @Test
  void shapesAreChecked() {
    Expr wide = Expr.zeros(Shape.of(4, 16, 13));
    HarmonizationLoss form = HarmonizationLoss.asInReleasedCode();
    assertThatThrownBy(() -> form.loss(saliency, wide, weights))
        .hasMessage(
            "harmonization loss: saliency is [4, 16, 12], human maps [4, 16, 13] — both must be"
                + " N × H × W; resize the maps");
    assertThatThrownBy(() -> form.loss(saliency, human, Expr.zeros(Shape.of(3))))
        .hasMessage(
            "harmonization loss: map weights are [3] for saliency [4, 16, 12] — one per image is"
                + " needed");
    assertThatThrownBy(() -> form.withLevels(0))
        .hasMessage("harmonization loss: needs at least 1 level, not 0");
  }

  private void assertLossAndGradient(HarmonizationLoss form, double expected) {
    Expr loss = form.loss(saliency, human, weights);
    // Matching peaks adds an epsilon of 1e-6 to a saliency without any.
    assertThat(Differences.value(loss, values)).isCloseTo(expected, within(1e-10));
    assertThat(gradient(form)).containsOnly(0);
  }

  private double[] gradient(HarmonizationLoss form) {
    Expr loss = form.loss(saliency, human, weights);
    return Differences.evaluate(Derivatives.grad(loss, saliency), values);
  }

  private double value(HarmonizationLoss form) {
    return Differences.value(form.loss(saliency, human, weights), values);
  }

  private DoubleStream levels(HarmonizationLoss form) {
    return form.levels(saliency, human, weights).stream()
        .mapToDouble(level -> Differences.value(level, values));
  }

  private double[] filled(double value) {
    double[] filled = new double[saliency.shape().size()];
    Arrays.fill(filled, value);
    return filled;
  }
}
