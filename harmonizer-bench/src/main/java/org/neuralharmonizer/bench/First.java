package org.neuralharmonizer.bench;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A fresh process up to its first result, whose wall time is the start-up that a user waits for:
 * {@code First spearman} or {@code First harm}.
 */
public final class First {
  private static final int SIDE = 224;

  private First() {}

  /** Does one thing once. */
  public static void main(String[] arguments) {
    String what = arguments.length == 1 ? arguments[0] : Arrays.toString(arguments);
    switch (what) {
      case "spearman" -> System.out.println(spearman());
      case "harm" -> System.out.println(harmonizedStep());
      default ->
          throw new IllegalArgumentException(
              "there is no first \"" + what + "\" — use spearman or harm");
    }
  }

  static OptionalDouble spearman() {
    SeededRandom random = SeededRandom.of(1);
    Shape shape = Shape.of(SIDE, SIDE);
    Tensor first = Tensor.generate(shape, i -> random.nextDouble());
    Tensor second = Tensor.generate(shape, i -> random.nextDouble());
    return AlignmentMeasure.spearman().score(ImportanceMap.of(first), ImportanceMap.of(second));
  }

  static Object harmonizedStep() {
    try (Backend backend = Backends.best();
        Work step = NetworkWork.harmonizedStep(Network.REFERENCE_CNN, 1, backend)) {
      return step.run();
    }
  }
}
