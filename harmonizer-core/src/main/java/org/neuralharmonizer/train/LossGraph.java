package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.tensor.Shape;

/** The losses of a batch, or of one of its parts, and their gradients. */
final class LossGraph {
  private final HarmonizerObjective objective;
  private final StepSettings settings;
  private final Context context;
  private final Expr images;
  private final Expr labels;
  private final Expr maps;
  private final Expr mapWeights;

  /** How much the map loss of this part of the batch counts; an argument if there are several. */
  private final Expr mapShare;

  private final HarmonizerObjective.Terms terms;

  LossGraph(HarmonizerObjective objective, StepSettings settings) {
    this(objective, settings, 1);
  }

  /**
   * Of a share.
   *
   * @param together how many shares have common statistics
   */
  LossGraph(HarmonizerObjective objective, StepSettings settings, int together) {
    Shape image = objective.classifier().image();
    int size = settings.accumulation().size();
    this.objective = objective;
    this.settings = settings;
    context = Context.of(settings.mode()).amongShares(together);
    images = Expr.input("images", image.within(size));
    labels = Expr.input("labels", Shape.of(size, objective.classifier().classes()));
    int mapped = Math.min(size, settings.mapped());
    maps = Expr.input("maps", Shape.of(mapped, image.extent(1), image.extent(2)));
    mapWeights = Expr.input("map weights", Shape.of(mapped));
    mapShare = inParts() ? Expr.input("map share", Shape.SCALAR) : Expr.literal(1);
    terms = objective.terms(images, labels, maps, mapWeights, context);
  }

  /** The network's parameters, its noise and how its statistics move. */
  Context context() {
    return context;
  }

  /** Images, labels, maps and their weights. */
  List<Expr> batch() {
    return List.of(images, labels, maps, mapWeights);
  }

  Expr mapShare() {
    return mapShare;
  }

  private boolean inParts() {
    return settings.accumulation().parts() > 1;
  }

  /** One for each that {@link UpdateGraph} weighs by itself: of each, one gradient a parameter. */
  List<List<Expr>> gradients() {
    List<Expr> leaves = context.trainable().stream().map(Parameter::leaf).toList();
    return UpdateGraph.kinds(objective, settings) == 1
        ? List.of(Derivatives.grad(total(), leaves))
        : List.of(Derivatives.grad(withoutMaps(), leaves), Derivatives.grad(mapLoss(), leaves));
  }

  /** In the order in which {@link StepSums} reads them. */
  List<Expr> report() {
    // Without λ₁ the map loss enters nothing; computing it for the report would cost a saliency.
    Expr harmonization = objective.lambda1() > 0 ? terms.mapLoss() : Expr.literal(0);
    Expr deviation =
        objective.lambda1() > 0
            ? Standardization.deviation(terms.saliency()).mean()
            : Expr.literal(Double.NaN);
    return new ArrayList<>(
        List.of(
            total(), terms.crossEntropy(), harmonization, terms.weightDecay(), right(), deviation));
  }

  private Expr total() {
    if (!inParts()) {
      return terms.total();
    }
    return objective.lambda1() > 0
        ? withoutMaps().plus(mapLoss().times(objective.lambda1()))
        : withoutMaps();
  }

  private Expr mapLoss() {
    return inParts() ? terms.mapLoss().times(mapShare) : terms.mapLoss();
  }

  private Expr withoutMaps() {
    Expr loss = terms.crossEntropy();
    if (objective.lambda2() > 0) {
      loss = loss.plus(terms.weightDecay().times(objective.lambda2()));
    }
    return inParts() ? loss.times(1.0 / settings.accumulation().parts()) : loss;
  }

  private Expr right() {
    Expr predicted = Expr.of(new Comparison.ArgMax(), terms.logits());
    Expr given = Expr.of(new Comparison.ArgMax(), labels);
    return Expr.of(new Comparison.Equal(), predicted, given).sum();
  }
}
