package org.neuralharmonizer.bench;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.GaussianPyramid;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizationLoss.Norm;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The loss between saliency and human maps, alone: 5 levels. */
public final class PyramidWork {
  private static final int LEVELS = 5;

  /** Which loss. */
  public enum Order {
    /** Equation 1 as a mean of squares: every level standardized. */
    PYRAMID_FIRST,
    /** The released code: standardized once, peaks matched, then the pyramid. */
    STANDARDIZATION_FIRST
  }

  /** What is computed of it. */
  public enum Result {
    LOSS,
    LOSS_AND_GRADIENT
  }

  private PyramidWork() {}

  /** The loss of maps as they come, so the human side is computed too. */
  static Work both(int count, int size, Order order, Result result, Backend backend) {
    Shape shape = Shape.of(count, size, size);
    Expr saliency = Expr.input("saliency", shape);
    Expr human = Expr.input("human maps", shape);
    HarmonizationLoss loss =
        order == Order.PYRAMID_FIRST
            ? HarmonizationLoss.asInPaper().withNorm(Norm.MEAN_SQUARE)
            : HarmonizationLoss.asInReleasedCode();
    Expr weights = Expr.filled(Shape.of(count), 1);
    Expr value = loss.loss(saliency, human, weights);
    return ProgramWork.of(
        List.of(saliency, human),
        outputs(value, saliency, result),
        List.of(Samples.normal(shape, 0), Samples.uniform(shape, 1)),
        backend);
  }

  /** Pyramid first, with the human side computed beforehand, as the peer does. */
  static Work towardsTargets(int count, int size, Result result, Backend backend) {
    Towards loss = new Towards(count, size, backend);
    return ProgramWork.of(
        loss.inputs, outputs(loss.value, loss.inputs.get(0), result), loss.values, backend);
  }

  /**
   * The same with maps, targets and the gradient kept where the backend computes; only the loss is
   * returned.
   */
  static Work resident(int count, int size, Backend backend) {
    Towards loss = new Towards(count, size, backend);
    Expr saliency = loss.inputs.get(0);
    List<Signature.Variable> variables = new ArrayList<>();
    for (int i = 0; i < loss.inputs.size(); i++) {
      variables.add(new Signature.Variable(loss.inputs.get(i), loss.values.get(i)));
    }
    Expr gradient = Expr.input("gradient", saliency.shape());
    variables.add(new Signature.Variable(gradient, Tensor.zeros(gradient.shape())));
    Expr computed = Derivatives.grad(loss.value, saliency);
    Signature signature =
        new Signature(
            List.of(),
            variables,
            List.of(loss.value),
            List.of(new Signature.Update(gradient, computed)));
    return ProgramWork.keeping(signature, backend);
  }

  /** The loss of saliency maps, the first input, towards targets, the others. */
  private static final class Towards {
    final List<Expr> inputs = new ArrayList<>();
    final List<Tensor> values = new ArrayList<>();
    final Expr value;

    Towards(int count, int size, Backend backend) {
      Shape shape = Shape.of(count, size, size);
      Expr saliency = Expr.input("saliency", shape);
      inputs.add(saliency);
      values.add(Samples.normal(shape, 0));
      Expr sum = Expr.literal(0);
      List<Tensor> targets = targets(Samples.uniform(shape, 1), backend);
      List<Expr> levels = standardized(saliency);
      for (int i = 0; i < LEVELS; i++) {
        Expr target = Expr.input("target " + i, levels.get(i).shape());
        inputs.add(target);
        values.add(targets.get(i));
        sum = sum.plus(levels.get(i).minus(target).squared().mean());
      }
      value = sum.times(1.0 / LEVELS);
    }
  }

  private static List<Expr> outputs(Expr loss, Expr saliency, Result result) {
    return result == Result.LOSS ? List.of(loss) : List.of(loss, Derivatives.grad(loss, saliency));
  }

  private static List<Tensor> targets(Tensor maps, Backend backend) {
    Expr human = Expr.input("human maps", maps.shape());
    try (Executable once = backend.load(Signature.of(List.of(human), standardized(human)))) {
      return once.run(List.of(maps));
    }
  }

  private static List<Expr> standardized(Expr maps) {
    return GaussianPyramid.of().levels(maps, LEVELS).stream()
        .map(Standardization.asReleased()::positivePart)
        .toList();
  }
}
