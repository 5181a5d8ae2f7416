package org.neuralharmonizer.loss;

import static org.neuralharmonizer.loss.HarmonizationLoss.Normalization.OVER_MAPPED;

import java.util.List;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Everything that a harmonized network minimises: cross-entropy + λ₁ · map loss + λ₂ · weight
 * decay.
 *
 * <p>The map loss sees the explanation of the network, itself a gradient; the objective's gradient
 * is therefore of second order. The explanation and the cross-entropy share one forward pass.
 *
 * @param lambda1 λ₁, not negative, finite; 0 trains plainly, and no second-order graph arises
 * @param lambda2 λ₂, not negative, finite
 */
public record HarmonizerObjective(
    Classifier classifier,
    ExplanationFunctional explanation,
    MapLoss mapLoss,
    CrossEntropy crossEntropy,
    WeightDecay weightDecay,
    double lambda1,
    double lambda2) {
  private static final double RELEASED_LAMBDA1 = 1;
  private static final double RELEASED_LAMBDA2 = 1e-5;

  /**
   * The objective's parts, each an expression.
   *
   * @param logits N × K
   * @param saliency the explanation, N × H × W
   * @param crossEntropy a scalar
   * @param mapLoss a scalar, before λ₁
   * @param mapLossLevels the map loss's parts, before λ₁
   * @param weightDecay a scalar, before λ₂
   * @param total what is minimised, a scalar
   */
  public record Terms(
      Expr logits,
      Expr saliency,
      Expr crossEntropy,
      Expr mapLoss,
      List<Expr> mapLossLevels,
      Expr weightDecay,
      Expr total) {}

  public HarmonizerObjective {
    boolean inRange = lambda1 >= 0 && lambda2 >= 0;
    if (!inRange || Double.isInfinite(lambda1) || Double.isInfinite(lambda2)) {
      throw new IllegalArgumentException(
          "harmonizer objective: lambdas must not be negative or infinite (%s and %s)"
              .formatted(lambda1, lambda2));
    }
  }

  /**
   * The released code's objective: signed mean saliency of the logit, its loss on maps, label
   * smoothing 0.1, ½Σθ² over its choice of parameters, λ₁ = 1, λ₂ = 1e-5.
   */
  public static HarmonizerObjective asInReleasedCode(Classifier classifier) {
    return new HarmonizerObjective(
        classifier,
        Saliency.asTrained(),
        HarmonizationLoss.asInReleasedCode(),
        CrossEntropy.asReleased(),
        WeightDecay.asReleased(),
        RELEASED_LAMBDA1,
        RELEASED_LAMBDA2);
  }

  /**
   * The paper's equation 2: signed mean saliency of the logit, equation 1, label smoothing 0.1, Σθ²
   * over all parameters. The paper does not state λ₁ and λ₂; they are those of the released code.
   */
  public static HarmonizerObjective asInPaper(Classifier classifier) {
    return asInReleasedCode(classifier)
        .withMapLoss(HarmonizationLoss.asInPaper())
        .withWeightDecay(WeightDecay.asInPaper());
  }

  public HarmonizerObjective withExplanation(ExplanationFunctional other) {
    return new HarmonizerObjective(
        classifier, other, mapLoss, crossEntropy, weightDecay, lambda1, lambda2);
  }

  public HarmonizerObjective withMapLoss(MapLoss other) {
    return new HarmonizerObjective(
        classifier, explanation, other, crossEntropy, weightDecay, lambda1, lambda2);
  }

  public HarmonizerObjective withCrossEntropy(CrossEntropy other) {
    return new HarmonizerObjective(
        classifier, explanation, mapLoss, other, weightDecay, lambda1, lambda2);
  }

  public HarmonizerObjective withWeightDecay(WeightDecay other) {
    return new HarmonizerObjective(
        classifier, explanation, mapLoss, crossEntropy, other, lambda1, lambda2);
  }

  /** The strength of the map loss. */
  public HarmonizerObjective withLambda1(double other) {
    return new HarmonizerObjective(
        classifier, explanation, mapLoss, crossEntropy, weightDecay, other, lambda2);
  }

  /** The strength of weight decay. */
  public HarmonizerObjective withLambda2(double other) {
    return new HarmonizerObjective(
        classifier, explanation, mapLoss, crossEntropy, weightDecay, lambda1, other);
  }

  /**
   * The terms for a batch.
   *
   * <p>If there are maps for the first M images only, the others take part in cross-entropy alone
   * and cost no second derivatives: the same terms, provided that the network treats images one by
   * one.
   *
   * @param images N × C × H × W
   * @param labels N × K, one-hot or soft
   * @param maps people's maps, N × H × W or M × H × W; any finite values where there is none
   * @param mapWeights N or M: 1 with a map, 0 without, or a fraction
   * @param context collects the parameters, statistics' updates and noise of the network
   * @throws ShapeException if something does not fit
   * @throws IllegalArgumentException if there are fewer maps than images and the network uses the
   *     statistics of the batch, or draws
   */
  public Terms terms(Expr images, Expr labels, Expr maps, Expr mapWeights, Context context) {
    Model model = classifier.model(context);
    int count = images.shape().extent(0);
    int mapped = maps.shape().extent(0);
    boolean all = mapped >= count;
    Expr explained = all ? images : Functions.slice(images, 0, 0, mapped);
    Expr ofClasses = all ? labels : Functions.slice(labels, 0, 0, mapped);
    Expr logits = model.logits(explained);
    if (!all) {
      Expr rest = Functions.slice(images, 0, mapped, count);
      logits = Functions.concat(0, logits, model.logits(rest));
      requireSingleImages(context);
    }
    Expr loss = crossEntropy.loss(logits, labels);
    Expr saliency = explanation.explain(model, explained, ofClasses);
    double share = all || mapLoss.normalization() == OVER_MAPPED ? 1 : (double) mapped / count;
    Expr difference = scaled(mapLoss.loss(saliency, maps, mapWeights), share);
    Expr decay = weightDecay.penalty(context.parameters());
    Expr total = loss;
    if (lambda1 > 0) {
      total = total.plus(difference.times(lambda1));
    }
    if (lambda2 > 0) {
      total = total.plus(decay.times(lambda2));
    }
    List<Expr> levels =
        mapLoss.levels(saliency, maps, mapWeights).stream()
            .map(level -> scaled(level, share))
            .toList();
    return new Terms(logits, saliency, loss, difference, levels, decay, total);
  }

  private static Expr scaled(Expr value, double factor) {
    return factor == 1 ? value : value.times(factor);
  }

  private static void requireSingleImages(Context context) {
    if (!context.updates().isEmpty() || !context.noise().isEmpty()) {
      throw new IllegalArgumentException(
          "harmonizer objective: maps for some images only, but batch norm or dropout make images"
              + " depend on what is beside them — use inference mode, or give maps for all");
    }
  }
}
