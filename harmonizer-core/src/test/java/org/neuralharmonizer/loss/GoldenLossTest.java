package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss.Norm;
import org.neuralharmonizer.loss.HarmonizationLoss.SinglePixels;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

/** The loss on maps against the reference data. */
final class GoldenLossTest {
  // Reference arrays are stored in single precision, numbers in double.
  private static final double STORED = 1e-6;
  private static final double NUMBERS = 1e-10;

  private final Map<Expr, double[]> values = new HashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"b4_64x64", "b3_33x47", "b2_7x5", "b2_32x20", "b3_1x1"})
  void bothFormsAgree(String name) {
    Path folder = ReferenceData.folder("golden");
    Map<String, Object> numbers =
        Json.object(Json.object(Json.read(folder.resolve("a_loss.json"))).get(name));
    Map<String, Tensor> arrays =
        Safetensors.read(folder.resolve("a_loss_" + name + ".safetensors"));
    Expr saliency = leaf("sal", arrays);
    Expr human = leaf("human", arrays);
    Expr weights = leaf("tokens", arrays);

    HarmonizationLoss released = HarmonizationLoss.asInReleasedCode();
    Expr loss = released.loss(saliency, human, weights);
    number(loss, Json.number(numbers.get("loss")));
    double[] levels = Json.doubles(numbers.get("per_level"));
    for (int i = 0; i < levels.length; i++) {
      number(released.levels(saliency, human, weights).get(i), levels[i]);
    }
    array(Standardization.asReleased().standardize(saliency), arrays.get("std_sal"));
    for (int i = 0; i < 6; i++) {
      array(GaussianPyramid.of().levels(saliency, 6).get(i), arrays.get("pyr_raw_" + i));
    }
    if (arrays.containsKey("grad_sal")) {
      array(Derivatives.grad(loss, saliency), arrays.get("grad_sal"));
    }
    if (numbers.containsKey("paper_form_sum_levels_mean_over_mapped")) {
      checkPaperForm(numbers, arrays, saliency, human, weights.step());
    }
  }

  /** There, any map counts fully, whatever its weight. */
  private void checkPaperForm(
      Map<String, Object> numbers,
      Map<String, Tensor> arrays,
      Expr saliency,
      Expr human,
      Expr mapped) {
    HarmonizationLoss paper =
        HarmonizationLoss.asInPaper().withNorm(Norm.SQUARED).withSinglePixels(SinglePixels.ALLOWED);
    Expr loss = paper.loss(saliency, human, mapped);
    number(loss, Json.number(numbers.get("paper_form_sum_levels_mean_over_mapped")));
    double[] reference = Differences.doubles(arrays.get("grad_sal_paper_form"));
    if (Arrays.stream(reference).anyMatch(Double::isNaN)) {
      // The reference differentiates a square root at 0 where a level is a single pixel.
      assertThat(Differences.evaluate(Derivatives.grad(loss, saliency), values))
          .doesNotContain(Double.NaN);
    } else {
      array(Derivatives.grad(loss, saliency), arrays.get("grad_sal_paper_form"));
    }
    List<Object> images = Json.list(numbers.get("paper_form_per_sample_level"));
    List<Expr> distances = paper.distances(saliency, human);
    for (int image = 0; image < images.size(); image++) {
      double[] expected = Json.doubles(images.get(image));
      for (int level = 0; level < expected.length; level++) {
        double actual = Differences.evaluate(distances.get(level), values)[image];
        assertThat(actual)
            .isCloseTo(expected[level], within(NUMBERS * Math.max(1, expected[level])));
      }
    }
  }

  private Expr leaf(String name, Map<String, Tensor> arrays) {
    Expr leaf = Expr.input(name, arrays.get(name).shape());
    values.put(leaf, Differences.doubles(arrays.get(name)));
    return leaf;
  }

  private void number(Expr scalar, double expected) {
    assertThat(Differences.value(scalar, values))
        .isCloseTo(expected, within(NUMBERS * Math.max(1, Math.abs(expected))));
  }

  private void array(Expr actual, Tensor expected) {
    double[] reference = Differences.doubles(expected);
    double largest = Arrays.stream(reference).map(Math::abs).max().orElse(0);
    assertThat(Differences.evaluate(actual, values))
        .containsExactly(reference, within(STORED * largest));
  }
}
