package org.neuralharmonizer.bench;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.program.Program;

/**
 * Our side of the comparison: measures one case and prints one line, as the programs in {@code
 * peers} do. {@code peers.sh} runs both in turn.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks.jar org.neuralharmonizer.bench.PeerSide \
 *   bench=harm model=resnet50 batch=1 threads=2
 * }</pre>
 *
 * <p>Besides the words of {@link Case} it takes {@code backend=} or {@code device=}, {@code cpu}
 * unless given, {@code warm=} and {@code budget=}, in seconds. Other backends than the built-in one
 * must be on the class path.
 */
public final class PeerSide {
  private static final double WARM_UP = 5;
  private static final double BUDGET = 5;
  private static final double MEBIBYTE = 1 << 20;

  private PeerSide() {}

  /** Measures one case. */
  public static void main(String[] arguments) {
    Case what = Case.of(arguments);
    try (Backend backend = Backends.named(what.backend(), what.options());
        Work work = what.work(backend)) {
      double warmUp = what.seconds("warm", WARM_UP);
      double budget = what.seconds("budget", BUDGET);
      Stopwatch.Timing timing = new Stopwatch(warmUp, budget).time(work);
      System.out.println(line(what, timing, work.program(), PeakMemory.bytes()));
    }
  }

  private static String line(
      Case what, Stopwatch.Timing timing, Optional<Program> program, OptionalLong peak) {
    StringBuilder line = new StringBuilder("peer=harmonizer");
    what.words().forEach((key, value) -> line.append(' ').append(key).append('=').append(value));
    line.append(
        String.format(
            Locale.ROOT,
            " min_ms=%.4f med_ms=%.4f reps=%d",
            timing.shortest(),
            timing.median(),
            timing.repetitions()));
    peak.ifPresent(bytes -> line.append(format(" rss_mb=%.0f", bytes / MEBIBYTE)));
    program.ifPresent(
        each -> {
          line.append(format(" gflop=%.3f", each.operations() * 1e-9));
          if (what.options().activations() == ActivationFormat.SINGLE) {
            // Counted in single precision.
            line.append(format(" traffic_mb=%.1f", each.traffic() / MEBIBYTE));
            line.append(format(" plan_mb=%.1f", each.memory().bytes() / MEBIBYTE));
          }
        });
    return line.toString();
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
