package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The harmonizer's gradient of a network against differences in double precision. */
public final class HarmonizerGradient {
  /** Through up to thirty layers of rectifiers a step of 1e-6 crosses a kink now and then. */
  private static final double STEP = 1e-7;

  /** Where that does too; a derivative that is wrong is wrong for every step. */
  private static final double SHORTER = 1e-8;

  /** Of two images a batch norm of single numbers makes the same whatever they are. */
  private static final int BATCH = 3;

  private HarmonizerGradient() {}

  /**
   * The whole objective with its saliency, differentiated by every parameter, in both modes. The
   * scores are the cross-entropy of soft labels, so that logits count too.
   */
  public static void check(Classifier classifier, Parameters parameters) {
    for (Mode mode : Mode.values()) {
      Shape batch = classifier.image().within(BATCH);
      Expr images = Expr.input("images", batch);
      Expr labels = Expr.input("labels", Shape.of(BATCH, classifier.classes()));
      Expr maps = Expr.input("maps", Shape.of(BATCH, batch.extent(2), batch.extent(3)));
      Expr weights = Expr.input("weights", Shape.of(BATCH));
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
        // Others for each image: the sum of equal scores over a normalized batch is constant.
        soft[i] = (1 + (i + i / classifier.classes()) % 3) / 6.0;
      }
      values.put(labels, soft);
      values.put(maps, Differences.random(maps.shape(), 2));
      values.put(weights, new double[] {1, 0.5, 0.25});
      for (Parameter each : context.parameters()) {
        values.put(each.leaf(), moved(parameters.value(each.path()), values.size()));
      }
      assertThat(terms.logits().shape()).isEqualTo(labels.shape());
      assertThat(terms.saliency().shape()).isEqualTo(maps.shape());
      List<Expr> learned = context.trainable().stream().map(Parameter::leaf).toList();
      checkCrossingNoKink(terms.total(), learned, values);
    }
  }

  private static void checkCrossingNoKink(
      Expr total, List<Expr> learned, Map<Expr, double[]> values) {
    try {
      Differences.checkFirst(total, learned, values, STEP);
    } catch (AssertionError crossed) {
      Differences.checkFirst(total, learned, values, SHORTER);
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
}
