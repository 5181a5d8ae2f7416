package org.neuralharmonizer.examples;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
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
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** A network of your own, and proof on the spot that its harmonized gradient is right. */
public final class E06YourOwnNetwork {
  private static final double STEP = 5e-4;

  private E06YourOwnNetwork() {}

  // A layer is a function; the context gives each child, and so its parameters, a name. You write
  // the forward direction only: derivatives of any order follow from it.
  private static Expr network(Expr images, Context context) {
    Conv conv = Conv.of(8, 8, 3).withPadding(Padding.same());
    Expr stem = Functions.swish(context.apply("stem", Conv.of(1, 8, 3), images));
    Expr inner = Functions.swish(context.apply("conv", conv, stem));
    Expr gated = context.apply("gate", SqueezeExcite.of(8, 2), inner);
    return context.apply("logits", Dense.of(8, 2), Functions.globalAverage(stem.plus(gated)));
  }

  public static void main(String[] arguments) {
    // It is built once right here, so a shape that does not fit is found on this line.
    Classifier classifier = Classifier.of(E06YourOwnNetwork::network, Shape.of(1, 20, 20), 2);
    LabeledImages.Batch batch = CrossesAndRings.draw(4, 1, 1).all();
    Expr images = Expr.constant(batch.images());
    Expr labels = Expr.constant(batch.labels());
    Expr weights = Expr.constant(batch.mapWeights());
    Context context = Context.of(Mode.TRAINING);
    Expr objective =
        HarmonizerObjective.asInPaper(classifier)
            .withMapLoss(HarmonizationLoss.asInPaper().withLevels(4))
            .terms(images, labels, Expr.constant(batch.maps()), weights, context)
            .total();
    List<Expr> leaves = context.parameters().stream().map(Parameter::leaf).toList();
    List<Expr> outputs = new ArrayList<>(List.of(objective));
    Derivatives.grad(objective, leaves).forEach(gradient -> outputs.add(gradient.sum()));
    List<Tensor> values = List.copyOf(classifier.initialize(3).asMap().values());
    try (Backend backend = ExampleBackend.of(arguments);
        Executable program = backend.load(Signature.of(leaves, outputs))) {
      List<Tensor> slopes = program.run(values);
      System.out.println("objective by          gradient    differences");
      for (int i = 0; i < values.size(); i++) {
        // The gradient's sum foretells what happens when all numbers of a parameter grow alike.
        double rise = objective(program, values, i, STEP) - objective(program, values, i, -STEP);
        String path = context.parameters().get(i).path();
        double slope = slopes.get(i + 1).item();
        System.out.printf("%-20s %+10.3f %+14.3f%n", path, slope, rise / (2 * STEP));
      }
    }
  }

  private static double objective(Executable program, List<Tensor> values, int moved, double by) {
    List<Tensor> changed = new ArrayList<>(values);
    Tensor old = values.get(moved);
    changed.set(moved, Tensor.generate(old.shape(), i -> old.value(i) + by));
    return program.run(changed).get(0).item();
  }
}
