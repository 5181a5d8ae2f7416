package org.neuralharmonizer.bench;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.program.Program;

/**
 * The old generation that a training step needs, in MiB, so that its process can be given no more:
 * the program's plan, the first values of its variables, which the program keeps, and what
 * compiling it leaves. Takes the words of {@link PeerSide}.
 */
public final class Heap {
  private static final long MEBIBYTE = 1 << 20;

  // Graphs, programs and inputs take up to 40 MiB, the kernels' buffers up to 100: transformed
  // tiles
  // and filters of convolutions.
  private static final long SLACK = 160;

  private Heap() {}

  /** Prints the number. */
  public static void main(String[] arguments) {
    Case what = Case.of(arguments);
    try (Backend backend = Backends.named(what.backend(), what.options());
        Work step = planned(what, backend)) {
      Program program = step.program().orElseThrow();
      long kept = program.variables().stream().mapToLong(each -> each.initial().size()).sum();
      long bytes = program.memory().bytes() + kept * Float.BYTES;
      System.out.println(bytes / MEBIBYTE + SLACK);
    }
  }

  private static Work planned(Case what, Backend backend) {
    return switch (what.bench()) {
      case "harm" ->
          NetworkWork.harmonizedStep(what.network(), what.batch(), backend, Samples::zeros);
      case "train" -> NetworkWork.plainStep(what.network(), what.batch(), backend, Samples::zeros);
      default ->
          throw new IllegalArgumentException(
              "heap: \"" + what.bench() + "\" is no training step — use harm or train");
    };
  }
}
