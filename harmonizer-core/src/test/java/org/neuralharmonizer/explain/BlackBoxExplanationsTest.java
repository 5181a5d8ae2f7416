package org.neuralharmonizer.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;

/** Explanations by perturbation of functions whose answer is known. */
final class BlackBoxExplanationsTest {
  private static final Shape IMAGES = Shape.of(2, 2, 4, 6);
  private static final Tensor IMAGE = normal(IMAGES, 1);
  private static final Tensor WEIGHTS = normal(Shape.of(48), 2);
  private static final Tensor LABELS = Tensor.of(Shape.of(2, 2), 1, 0, 1, 0);
  private static final Baseline BASELINE = Baseline.constant(0.5, -0.25);
  // Scores pass through floats of size 10, hundreds of which are combined.
  private static final double FLOAT = 1e-4;

  private static Tensor normal(Shape shape, long seed) {
    double[] values = Differences.random(shape, seed);
    return Tensor.generate(shape, i -> values[i]);
  }

  /** A function of an image as the first of two logits, which refuses batches above 5. */
  private static BlackBox network(ToDoubleFunction<Tensor> function) {
    return BlackBox.of(
        images -> {
          int n = images.shape().extent(0);
          assertThat(n).isBetween(1, 5);
          return Tensor.generate(
              Shape.of(n, 2), i -> i % 2 == 0 ? function.applyAsDouble(images.slice(i / 2)) : 9);
        },
        5);
  }

  private static double linear(Tensor image) {
    double sum = 3;
    for (int i = 0; i < image.size(); i++) {
      sum += image.value(i) * (double) WEIGHTS.value(i);
    }
    return sum;
  }

  /** What a pixel of image i adds to the linear score. */
  private static double contribution(int i, int pixel) {
    double sum = 0;
    for (int c = 0; c < 2; c++) {
      double baseline = c == 0 ? 0.5 : -0.25;
      int at = c * 24 + pixel;
      sum += WEIGHTS.value(at) * (IMAGE.value(i * 48 + at) - baseline);
    }
    return sum;
  }

  private static double contribution(int i, Patches patches, int patch) {
    double sum = 0;
    for (int pixel = 0; pixel < 24; pixel++) {
      sum += patches.at(pixel / 6, pixel % 6, 4, 6) == patch ? contribution(i, pixel) : 0;
    }
    return sum;
  }

  private static Tensor explain(BlackBoxExplanation explanation, BlackBox network) {
    return explanation.explain(network, ClassScore.LOGIT, BASELINE, IMAGE, LABELS);
  }

  static Stream<BlackBoxExplanation> exactOnPatches() {
    Patches few = new Patches(2, 3);
    Patches uneven = new Patches(3, 4);
    return Stream.of(
        new Lime(few, 40, 0.25, 0, 1),
        new Lime(uneven, 60, 0.5, 0, 2),
        KernelShap.of(few, 62),
        KernelShap.of(uneven, 60));
  }

  @ParameterizedTest
  @MethodSource("exactOnPatches")
  void linearScoresAreRecovered(BlackBoxExplanation explanation) {
    Patches patches =
        explanation instanceof Lime lime ? lime.patches() : ((KernelShap) explanation).patches();
    Tensor maps = explain(explanation, network(BlackBoxExplanationsTest::linear));
    for (int i = 0; i < 2; i++) {
      for (int pixel = 0; pixel < 24; pixel++) {
        int patch = patches.at(pixel / 6, pixel % 6, 4, 6);
        assertThat((double) maps.at(i, pixel / 6, pixel % 6))
            .isCloseTo(contribution(i, patches, patch), within(FLOAT));
      }
    }
  }

  @Test
  void occlusionOfSinglePixelsIsExactOnALinearScore() {
    Tensor maps = explain(new Occlusion(1, 1), network(BlackBoxExplanationsTest::linear));
    for (int k = 0; k < 48; k++) {
      assertThat((double) maps.value(k)).isCloseTo(contribution(k / 24, k % 24), within(FLOAT));
    }
  }

  /** Squares of two pixels, every pixel: each pixel is the mean over the squares that cover it. */
  @Test
  void occlusionAveragesOverSquares() {
    Tensor maps = explain(new Occlusion(2, 1), network(BlackBoxExplanationsTest::linear));
    double[][] fall = new double[4][6];
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 6; x++) {
        for (int k = 0; k < 4; k++) {
          boolean inside = y + k / 2 < 4 && x + k % 2 < 6;
          fall[y][x] += inside ? contribution(0, (y + k / 2) * 6 + x + k % 2) : 0;
        }
      }
    }
    double middle = (fall[1][2] + fall[1][3] + fall[2][2] + fall[2][3]) / 4;
    assertThat((double) maps.at(0, 2, 3)).isCloseTo(middle, within(FLOAT));
    assertThat((double) maps.at(0, 0, 0)).isCloseTo(fall[0][0], within(FLOAT));
    assertThatThrownBy(() -> new Occlusion(2, 3))
        .hasMessage(
            "occlusion: a stride of 3 leaves pixels between squares of 2 — use at most the side");
  }

  /** One cell a pixel, so that pixels are independent: (1 − p) cᵢ + p Σ c, and a standard error. */
  @Test
  void riseConvergesOnALinearScore() {
    int masks = 20_000;
    double keep = 0.4;
    Tensor image = normal(Shape.of(1, 1, 4, 4), 5);
    Tensor weights = normal(Shape.of(16), 6);
    BlackBox network =
        network(
            each -> {
              double sum = 0;
              for (int i = 0; i < 16; i++) {
                sum += each.value(i) * (double) weights.value(i);
              }
              return sum;
            });
    Tensor map =
        new Rise(masks, 4, keep, 1)
            .explain(
                network,
                ClassScore.LOGIT,
                Baseline.constant(0),
                image,
                Tensor.of(Shape.of(1, 2), 1, 0));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 16; i++) {
      double c = image.value(i) * (double) weights.value(i);
      sum += c;
      squares += c * c;
    }
    // The score is Σ c p ± √(Σ c² p (1 − p)); a term is at most score / p, kept with probability p.
    double typical = Math.sqrt(sum * sum * keep * keep + squares) / Math.sqrt(keep * masks);
    for (int i = 0; i < 16; i++) {
      double c = image.value(i) * (double) weights.value(i);
      assertThat((double) map.value(i)).isCloseTo((1 - keep) * c + keep * sum, within(4 * typical));
    }
  }

  /** Shapley values of a game with interaction: 2ab + c divides 2ab in equal halves. */
  @Test
  void shapleyValuesOfAGame() {
    BlackBox network =
        network(image -> 2.0 * image.value(0) * image.value(1) + 3.0 * image.value(2));
    for (int samples : new int[] {8, 2000}) {
      Tensor map =
          KernelShap.of(new Patches(1, 4), samples)
              .explain(
                  network,
                  ClassScore.LOGIT,
                  Baseline.constant(0),
                  Tensor.of(Shape.of(1, 1, 1, 4), 1, 1, 1, 1),
                  Tensor.of(Shape.of(1, 2), 1, 0));
      double total = 0;
      for (int i = 0; i < 4; i++) {
        total += map.value(i);
      }
      assertThat(total).as("the sum is kept by construction").isCloseTo(5, within(1e-5));
      if (samples == 2000) {
        assertThat(map.toArray()).containsExactly(new float[] {1, 1, 3, 0}, within(1e-5f));
      }
    }
  }

  /** Ishigami's function of three patches, whose total indices are known. */
  @Test
  void sobolIndicesOfIshigami() {
    BlackBox network =
        network(
            image -> {
              double a = angle(image.value(0));
              double b = angle(image.value(1));
              double c = angle(image.value(2));
              return Math.sin(a)
                  + 7 * Math.sin(b) * Math.sin(b)
                  + 0.1 * Math.pow(c, 4) * Math.sin(a);
            });
    Tensor map = sobol(network, 2048);
    // Published with three digits; the estimator's error at this size is about 1 %.
    assertThat(map.toArray()).containsExactly(new float[] {0.558f, 0.442f, 0.244f}, within(0.01f));
    assertThat(sobol(network(image -> 4), 16).toArray()).containsExactly(0, 0, 0);
  }

  /** Without interaction the indices are shares of variance, and sum to 1. */
  @Test
  void sobolIndicesOfASum() {
    BlackBox network =
        network(image -> image.value(0) + 2.0 * image.value(1) - 3.0 * image.value(2));
    assertThat(sobol(network, 1024).toArray())
        .containsExactly(new float[] {1 / 14f, 4 / 14f, 9 / 14f}, within(5e-3f));
  }

  private static double angle(double unit) {
    return Math.PI * (2 * unit - 1);
  }

  private static Tensor sobol(BlackBox network, int designs) {
    return new SobolIndices(new Patches(1, 3), designs)
        .explain(
            network,
            ClassScore.LOGIT,
            Baseline.constant(0),
            Tensor.of(Shape.of(1, 1, 1, 3), 1, 1, 1),
            Tensor.of(Shape.of(1, 2), 1, 0));
  }

  @Test
  void scoresAgreeWithThoseOfExpressions() {
    float[] logits = {1, -2, 80};
    double[] labels = {0.5, 0.25, 0.25};
    assertThat(ClassScore.LOGIT.of(logits, labels)).isEqualTo(20);
    assertThat(ClassScore.LOG_PROBABILITY.of(logits, labels)).isCloseTo(-39.5 - 20.5, within(1e-9));
    assertThat(ClassScore.PROBABILITY.of(logits, labels)).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> Lime.of(Patches.of(7), 49))
        .hasMessage(
            "lime: 49 samples do not determine 49 patches — use more samples or fewer patches");
    assertThatThrownBy(() -> KernelShap.of(Patches.of(3), 17))
        .hasMessage(
            "kernel shap: 17 samples do not determine 9 patches — use at least twice as many");
    assertThatThrownBy(() -> new SobolIndices(Patches.of(3), 30))
        .hasMessage("sobol indices: designs must be a power of two from 2 on, not 30");
    assertThatThrownBy(() -> explain(KernelShap.of(Patches.of(5), 50), network(image -> 1)))
        .hasMessage("patches: an image of 4 × 6 pixels has no 5 × 5 patches — use fewer");
    assertThatThrownBy(
            () ->
                new Occlusion(1, 1)
                    .explain(
                        network(image -> 1),
                        ClassScore.LOGIT,
                        BASELINE,
                        IMAGE,
                        Tensor.zeros(Shape.of(2, 3))))
        .hasMessage(
            "perturbations: the network answers 1 images with [1, 2], the labels are of 3 classes");
  }

  @Test
  void deletionAndInsertionByHand() {
    BlackBox network = network(image -> image.value(0) + 2.0 * image.value(1));
    Tensor image = Tensor.of(Shape.of(1, 1, 1, 4), 1, 1, 1, 1);
    Perturbations one =
        Perturbations.of(
                network,
                ClassScore.LOGIT,
                Baseline.constant(0),
                image,
                Tensor.of(Shape.of(1, 2), 1, 0))
            .get(0);
    Tensor right = Tensor.of(Shape.of(1, 4), 0.5f, 1, 0, -1);
    assertThat(PixelRemoval.deletion(4).curve(one, right).scores())
        .containsExactly(3.0, 1.0, 0.0, 0.0, 0.0);
    assertThat(PixelRemoval.deletion(4).curve(one, right).area()).isEqualTo(2.5 / 4);
    assertThat(PixelRemoval.insertion(4).curve(one, right).scores())
        .containsExactly(0.0, 2.0, 3.0, 3.0, 3.0);
    assertThat(PixelRemoval.insertion(2).curve(one, right).area()).isEqualTo((1.5 + 3) / 2);
    Tensor wrong = Tensor.of(Shape.of(1, 4), 0, 0, 1, 1);
    assertThat(PixelRemoval.deletion(4).curve(one, wrong).area()).isGreaterThan(2.5 / 4);
    assertThatThrownBy(
            () -> PixelRemoval.deletion(4).curve(one, Tensor.filled(Shape.of(1, 4), Double.NaN)))
        .hasMessage("pixel removal: the map holds NaN at position 0 — find out why it does");
    assertThat(new MuFidelity(new Patches(1, 4), 50, 2, 1).of(one, right).orElseThrow())
        .isBetween(0.3, 0.99);
    Tensor exact = Tensor.of(Shape.of(1, 4), 1, 2, 0, 0);
    assertThat(new MuFidelity(new Patches(1, 4), 50, 2, 1).of(one, exact).orElseThrow())
        .isCloseTo(1, within(1e-12));
    assertThat(new MuFidelity(new Patches(1, 4), 50, 2, 1).of(one, Tensor.zeros(Shape.of(1, 4))))
        .isEmpty();
  }

  @Test
  void meanBaselineIsTheSameForTensorsAndExpressions() {
    for (Baseline each : List.of(Baseline.mean(), BASELINE, Baseline.constant(2))) {
      double[] expected = Differences.evaluate(each.of(Expr.constant(IMAGE)), Map.of());
      // One is rounded to float.
      assertThat(Differences.doubles(each.of(IMAGE))).containsExactly(expected, within(1e-7));
    }
  }
}
