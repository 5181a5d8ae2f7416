package org.neuralharmonizer.bench;

import java.util.Locale;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainStep;

/**
 * Trains a small network for many steps, and loads as many programs again, to find what grows or
 * stops being finite. Takes the words of {@link Case} that choose network, batch and backend,
 * {@code steps=} and {@code loads=}; prints a line at ten points of the way.
 *
 * <pre>{@code
 * java -cp benchmarks.jar org.neuralharmonizer.bench.Soak backend=cpu model=reference_cnn_bn \
 *   batch=8 steps=10000 loads=50
 * }</pre>
 */
public final class Soak {
  private static final int STEPS = 10_000;
  private static final int LOADS = 50;
  private static final int LINES = 10;
  private static final double LEARNING_RATE = 0.01;
  private static final double MEBIBYTE = 1 << 20;

  private Soak() {}

  /** Runs it; a loss that is not finite ends it with status 1. */
  public static void main(String[] arguments) {
    Case what = Case.of(arguments);
    try (Backend backend = Backends.named(what.backend(), what.options())) {
      double loss = train(what, backend);
      for (int i = 0; i < what.number("loads", LOADS); i++) {
        step(what, backend).close();
      }
      System.out.println(line("after loading again", what.number("steps", STEPS), loss));
      if (!Double.isFinite(loss)) {
        System.exit(1);
      }
    }
  }

  private static double train(Case what, Backend backend) {
    int steps = what.number("steps", STEPS);
    SeededRandom random = SeededRandom.of(1);
    double loss = Double.NaN;
    try (TrainStep step = step(what, backend)) {
      var images = Samples.images(what.network().classifier(), what.batch()).all();
      for (int i = 1; i <= steps; i++) {
        loss = step.run(images, LEARNING_RATE, random).losses().total();
        if (i == 1 || i % Math.max(1, steps / LINES) == 0 || !Double.isFinite(loss)) {
          System.out.println(line("soak", i, loss));
        }
        if (!Double.isFinite(loss)) {
          return loss;
        }
      }
    }
    return loss;
  }

  private static TrainStep step(Case what, Backend backend) {
    HarmonizerObjective objective = NetworkWork.objective(what.network().classifier());
    return TrainStep.of(
        objective,
        Sgd.withNesterovMomentum(0.9),
        Samples.parameters(what.network().classifier()),
        what.batch(),
        Mode.TRAINING,
        backend);
  }

  private static String line(String when, int steps, double loss) {
    Runtime runtime = Runtime.getRuntime();
    double heap = (runtime.totalMemory() - runtime.freeMemory()) / MEBIBYTE;
    double resident = PeakMemory.bytes().orElse(0) / MEBIBYTE;
    return String.format(
        Locale.ROOT,
        "%s step=%d loss=%.5f heap_mb=%.0f rss_mb=%.0f",
        when,
        steps,
        loss,
        heap,
        resident);
  }
}
