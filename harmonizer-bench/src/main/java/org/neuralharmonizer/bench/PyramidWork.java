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
    Shape shape = Shape.of(count, size, size);
    Expr saliency = Expr.input("saliency", shape);
    List<Expr> inputs = new ArrayList<>(List.of(saliency));
    List<Tensor> values = new ArrayList<>(List.of(Samples.normal(shape, 0)));
    Expr sum = Expr.literal(0);
    List<Tensor> targets = targets(Samples.uniform(shape, 1), backend);
    List<Expr> levels = standardized(saliency);
    for (int i = 0; i < LEVELS; i++) {
      Expr target = Expr.input("target " + i, levels.get(i).shape());
      inputs.add(target);
      values.add(targets.get(i));
      sum = sum.plus(levels.get(i).minus(target).squared().mean());
    }
    Expr value = sum.times(1.0 / LEVELS);
    return ProgramWork.of(inputs, outputs(value, saliency, result), values, backend);
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
