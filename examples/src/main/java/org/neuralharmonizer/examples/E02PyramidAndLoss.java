package org.neuralharmonizer.examples;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.GaussianPyramid;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** How far apart are two maps? The harmonization loss compares them at several resolutions. */
public final class E02PyramidAndLoss {
  private static final int SIZE = 16;
  private static final int LEVELS = 4;

  private E02PyramidAndLoss() {}

  public static void main(String[] arguments) {
    // Nothing is computed while you write expressions: they say what shall be computed. That is
    // why a loss can be differentiated later, and why inputs are only named and shaped here.
    Expr saliency = Expr.input("saliency", Shape.of(1, SIZE, SIZE));
    Expr human = Expr.input("human", Shape.of(1, SIZE, SIZE));
    Expr mapWeights = Expr.constant(Tensor.of(Shape.of(1), 1));

    // Level 1 is the map itself; each further level has half the pixels along each side.
    List<Expr> outputs = new ArrayList<>(GaussianPyramid.of().levels(human, LEVELS));

    // The paper's form: at each level, standardize both maps, keep what is above the mean, and take
    // the distance. A level of 1 × 1 pixels has no contrast, so 16 × 16 maps allow four levels:
    // ask for five and the error tells you.
    HarmonizationLoss loss = HarmonizationLoss.asInPaper().withLevels(LEVELS);
    outputs.addAll(loss.levels(saliency, human, mapWeights));
    outputs.add(loss.loss(saliency, human, mapWeights));

    // Compiled once, a program runs as often as you like.
    try (Backend backend = ExampleBackend.of(arguments);
        Executable program = backend.load(Signature.of(List.of(saliency, human), outputs))) {
      Tensor people = blob(5, 5, 0);
      for (Tensor level : program.run(List.of(people, people)).subList(0, LEVELS)) {
        System.out.println("The human map, " + level.shape().extent(-1) + " pixels wide:");
        System.out.println(TextMap.of(level.slice(0)));
      }
      System.out.println("A model's map          level 1  level 2  level 3  level 4   loss");
      report("equal", program.run(List.of(people, people)));
      report("equal, times 1000", program.run(List.of(scaled(people, 1000), people)));
      report("equal with noise", program.run(List.of(blob(5, 5, 0.2), people)));
      report("one pixel to the side", program.run(List.of(blob(6, 5, 0), people)));
      report("five pixels away", program.run(List.of(blob(10, 5, 0), people)));
      // Noise counts at level 1 and is blurred away above it; a wrong place counts at every level.
    }
  }

  private static void report(String name, List<Tensor> results) {
    System.out.printf("%-22s", name);
    results
        .subList(LEVELS, results.size())
        .forEach(each -> System.out.printf("%9.3f", each.item()));
    System.out.println();
  }

  /** A soft spot around (x, y), and as much noise as asked for. */
  private static Tensor blob(double x, double y, double noise) {
    SeededRandom random = SeededRandom.of(1);
    return Tensor.generate(
        Shape.of(1, SIZE, SIZE),
        i ->
            Math.exp(-(Math.pow(i % SIZE - x, 2) + Math.pow(Math.floorDiv(i, SIZE) - y, 2)) / 8)
                + noise * random.nextGaussian());
  }

  private static Tensor scaled(Tensor map, double factor) {
    return Tensor.generate(map.shape(), i -> factor * map.value(i));
  }
}
