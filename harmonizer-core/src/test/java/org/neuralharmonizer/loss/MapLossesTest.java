package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;

/** Distances of maps other than the harmonization loss. */
final class MapLossesTest {
  private static final Shape MAPS = Shape.of(4, 4, 6);

  private final Expr saliency = Expr.input("saliency", MAPS);
  private final Expr human = Expr.input("human", MAPS);
  private final Expr weights = Expr.input("weights", Shape.of(4));
  private final Map<Expr, double[]> values = new HashMap<>();

  MapLossesTest() {
    values.put(saliency, Differences.random(MAPS, 1));
    values.put(human, Differences.random(MAPS, 2));
    values.put(weights, new double[] {1, 0, 0.5, 1});
  }

  static Stream<MapLoss> losses() {
    return Stream.concat(ofSingleImages(), Stream.of(ContrastiveLoss.of()));
  }

  static Stream<MapLoss> ofSingleImages() {
    return Stream.of(
        CosineLoss.ofMaps(),
        CosineLoss.ofCentredMaps(),
        BinaryCrossEntropyLoss.of(),
        TopPixelsLoss.of(0.25),
        SoftSpearmanLoss.of(),
        SoftSpearmanLoss.of().withBlock(2).withTemperature(0.5));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void gradientsFollowDifferences(MapLoss loss) {
    Expr value = loss.loss(saliency, human, weights);
    Expr held = Differences.holdingDetached(value, values);
    Differences.checkFirst(value, held, List.of(saliency), values);
    Expr slope = Derivatives.grad(value, saliency).squared().sum();
    Differences.checkFirst(
        slope, Differences.holdingDetached(slope, values), List.of(saliency), values);
  }

  @ParameterizedTest
  @MethodSource("ofSingleImages")
  void agreementIsZeroAndAnythingElseMore(MapLoss loss) {
    assertThat(value(loss)).isGreaterThan(0.01);
    values.put(saliency, values.get(human).clone());
    // Cosines of equal maps are 1 up to rounding.
    assertThat(value(loss)).isCloseTo(0, within(1e-12));
    double[] slope =
        Differences.evaluate(
            Derivatives.grad(loss.loss(saliency, human, weights), saliency), values);
    assertThat(slope).containsOnly(new double[] {0}, within(1e-12));
    // Scale does not count, and it is no wonder that saliency is small.
    values.put(saliency, Arrays.stream(values.get(human)).map(x -> x * 1e-9).toArray());
    assertThat(value(loss)).isCloseTo(0, within(1e-9));
    SeededRandom random = SeededRandom.of(3);
    for (double size : new double[] {0.05, 0.5, 5}) {
      values.put(
          saliency,
          Arrays.stream(values.get(human)).map(x -> x + size * random.nextGaussian()).toArray());
      assertThat(value(loss)).as("noise of %s", size).isGreaterThan(0);
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void imagesWithoutAMapDoNotCount(MapLoss loss) {
    double before = value(loss);
    Arrays.fill(values.get(saliency), 24, 48, 7);
    Arrays.fill(values.get(human), 24, 48, -3);
    assertThat(value(loss)).isEqualTo(before);
    values.put(weights, new double[4]);
    assertThat(value(loss)).isZero();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void constantMapsGiveNumbersAndGradientsThatAreFinite(MapLoss loss) {
    for (double constant : new double[] {0, 0.1}) {
      values.put(saliency, filled(constant));
      assertThat(value(loss)).isFinite();
      for (double each :
          Differences.evaluate(
              Derivatives.grad(loss.loss(saliency, human, weights), saliency), values)) {
        assertThat(each).isFinite();
      }
    }
  }

  @Test
  void cosinesByHand() {
    put(new double[] {1, 0, 1}, new double[] {0, 2, 0});
    assertThat(single(CosineLoss.ofMaps())).isCloseTo(1, within(1e-12));
    assertThat(single(CosineLoss.ofCentredMaps())).isCloseTo(2, within(1e-9));
    put(new double[] {3, 4, 0}, new double[] {4, 3, 0});
    assertThat(single(CosineLoss.ofMaps())).isCloseTo(1 - 24.0 / 25, within(1e-12));
    put(new double[] {0, 0, 0}, new double[] {4, 3, 0});
    assertThat(single(CosineLoss.ofMaps())).isEqualTo(1);
  }

  /** Ties included, as maps of people are mostly zeros. */
  @Test
  void softSpearmanTendsToSpearman() {
    float[] model = new float[24];
    float[] people = new float[24];
    SeededRandom random = SeededRandom.of(4);
    for (int i = 0; i < 24; i++) {
      model[i] = random.nextInt(12);
      people[i] = Math.max(0, random.nextInt(8) - 3) + (i < 8 ? 2 : 0);
    }
    double exact =
        AlignmentMeasure.spearman()
            .score(
                ImportanceMap.of(Tensor.of(Shape.of(4, 6), model)),
                ImportanceMap.of(Tensor.of(Shape.of(4, 6), people)))
            .orElseThrow();
    Expr one = Expr.filled(Shape.of(1), 1);
    Expr loss =
        SoftSpearmanLoss.of()
            .withTemperature(1e-3)
            .loss(
                Expr.constant(Tensor.of(Shape.of(1, 4, 6), model)),
                Expr.constant(Tensor.of(Shape.of(1, 4, 6), people)),
                one);
    // Different values are hundreds of temperatures apart.
    assertThat(1 - Differences.value(loss, values)).isCloseTo(exact, within(1e-12));
  }

  @Test
  void topPixelsTendToDice() {
    // The two highest of each: pixels 0 and 1, and pixels 1 and 2. They share one of two.
    put(new double[] {9, 8, 1, 0, 2, 1, 0, 1}, new double[] {0, 7, 9, 1, 0, 2, 1, 0});
    // The nearest value is half a gap of hundreds of temperatures away from the threshold.
    assertThat(single(new TopPixelsLoss(0.25, 1e-3))).isCloseTo(0.5, within(1e-12));
    put(new double[] {9, 8, 1, 0, 2, 1, 0, 1}, new double[] {8, 9, 1, 0, 2, 1, 0, 1});
    assertThat(single(new TopPixelsLoss(0.25, 1e-3))).isCloseTo(0, within(1e-12));
  }

  @Test
  void contrastComparesWithinTheBatch() {
    values.put(weights, new double[] {1, 1, 1, 1});
    values.put(human, values.get(saliency).clone());
    double own = value(ContrastiveLoss.of());
    values.put(human, rotated(values.get(saliency), 24));
    double others = value(ContrastiveLoss.of());
    assertThat(own).isLessThan(0.1);
    assertThat(others).isGreaterThan(5);
    // All candidates alike: one of four by chance.
    for (int i = 1; i < 4; i++) {
      System.arraycopy(values.get(human), 0, values.get(human), 24 * i, 24);
    }
    assertThat(value(ContrastiveLoss.of())).isCloseTo(Math.log(4), within(1e-9));
    values.put(weights, new double[] {1, 0, 0, 0});
    assertThat(value(ContrastiveLoss.of())).isCloseTo(0, within(1e-12));
  }

  @Test
  void mistakesAreNamed() {
    Expr small = Expr.input("small", Shape.of(4, 2, 3));
    assertThatThrownBy(() -> CosineLoss.ofMaps().loss(saliency, small, weights))
        .hasMessage(
            "cosine loss: saliency is [4, 4, 6], human maps [4, 2, 3] — both must be N × H × W;"
                + " resize the maps");
    assertThatThrownBy(() -> SoftSpearmanLoss.of().withBlock(4).loss(saliency, human, weights))
        .hasMessage("soft Spearman loss: maps of 4 × 6 pixels do not divide into blocks of 4");
    Expr large = Expr.input("large", Shape.of(4, 66, 66));
    assertThatThrownBy(() -> SoftSpearmanLoss.of().loss(large, large, weights))
        .hasMessage(
            "soft Spearman loss: 66 × 66 pixels in blocks of 1 are more than 4096 — use larger"
                + " blocks");
    assertThatThrownBy(() -> TopPixelsLoss.of(1))
        .hasMessage("top pixels loss: the share of pixels must be between 0 and 1, not 1.0");
    assertThatThrownBy(() -> new ContrastiveLoss(0))
        .hasMessage("contrastive loss: the temperature must be positive, not 0.0");
  }

  private Expr left = saliency;
  private Expr right = human;

  private void put(double[] model, double[] people) {
    left = Expr.input("left", Shape.of(1, 1, model.length));
    right = Expr.input("right", left.shape());
    values.put(left, model);
    values.put(right, people);
  }

  private double single(MapLoss loss) {
    return Differences.value(loss.loss(left, right, Expr.filled(Shape.of(1), 1)), values);
  }

  private double value(MapLoss loss) {
    return Differences.value(loss.loss(saliency, human, weights), values);
  }

  private static double[] filled(double constant) {
    double[] all = new double[MAPS.size()];
    Arrays.fill(all, constant);
    return all;
  }

  private static double[] rotated(double[] all, int by) {
    double[] moved = new double[all.length];
    for (int i = 0; i < all.length; i++) {
      moved[i] = all[(i + by) % all.length];
    }
    return moved;
  }
}
