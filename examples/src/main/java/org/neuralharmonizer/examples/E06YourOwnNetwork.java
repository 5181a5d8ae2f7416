package org.neuralharmonizer.examples;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.SqueezeExcite;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** A network of your own, and proof on the spot that its harmonized gradient is right. */
public final class E06YourOwnNetwork {
  private E06YourOwnNetwork() {}

  // A layer is a function of an input; the context gives each child, and its parameters, a name.
  // You write the forward direction only: derivatives of any order follow from it.
  private static Expr network(Expr images, Context context) {
    Conv conv = Conv.of(8, 8, 3).withPadding(Padding.same());
    Expr stem = context.apply("stem", Conv.of(1, 8, 3).withPadding(Padding.same()), images);
    Expr inner = Functions.swish(context.apply("first", conv, Functions.swish(stem)));
    Expr gated = context.apply("gate", SqueezeExcite.of(8, 2), context.apply("second", conv, inner));
    Expr pooled = Functions.globalAverage(Functions.swish(stem.plus(gated)));
    return context.apply("logits", Dense.of(8, 2), pooled);
  }

  public static void main(String[] arguments) {
    // It is built once right here, so a shape that does not fit is found on this line.
    Classifier classifier = Classifier.of(E06YourOwnNetwork::network, Shape.of(1, 20, 20), 2);
    LabeledImages.Batch batch = CrossesAndRings.draw(4, 1, 1).all();
    Context context = Context.of(Mode.TRAINING);
    Expr objective =
        HarmonizerObjective.asInPaper(classifier)
            .withMapLoss(HarmonizationLoss.asInPaper().withLevels(4))
            .terms(
                Expr.constant(batch.images()),
                Expr.constant(batch.labels()),
                Expr.constant(batch.maps()),
                Expr.constant(batch.mapWeights()),
                context)
            .total();
    List<Expr> leaves = context.parameters().stream().map(Parameter::leaf).toList();
    List<Expr> outputs = new ArrayList<>(Derivatives.grad(objective, leaves));
    outputs.add(objective);
    List<Tensor> values = List.copyOf(classifier.initialize(3).asMap().values());
    try (Backend backend = Backends.best();
        Executable program = backend.load(Signature.of(leaves, outputs))) {
      List<Tensor> gradients = program.run(values);
      System.out.println("The objective's slope along a random direction of each parameter:");
      System.out.println("parameter              gradient    differences");
      for (int i = 0; i < values.size(); i++) {
        Tensor direction = direction(values.get(i).shape(), i);
        double slope = 0;
        for (int k = 0; k < direction.size(); k++) {
          slope += gradients.get(i).value(k) * direction.value(k);
        }
        double step = 2e-3; // Smaller drowns in the rounding of floats, larger sees the curvature.
        double ahead = at(program, values, i, direction, step);
        double behind = at(program, values, i, direction, -step);
        System.out.printf(
            "%-20s %+10.4f %+14.4f%n",
            context.parameters().get(i).path(), slope, (ahead - behind) / (2 * step));
      }
    }
  }

  /** The objective after a step along a direction of one parameter. */
  private static float at(
      Executable program, List<Tensor> values, int moved, Tensor direction, double step) {
    List<Tensor> other = new ArrayList<>(values);
    Tensor old = values.get(moved);
    other.set(
        moved,
        Tensor.generate(old.shape(), k -> old.value(k) + step * direction.value(k)));
    return program.run(other).get(values.size()).item();
  }

  private static Tensor direction(Shape shape, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return Tensor.generate(shape, k -> random.nextGaussian() / Math.sqrt(shape.size()));
  }
}
