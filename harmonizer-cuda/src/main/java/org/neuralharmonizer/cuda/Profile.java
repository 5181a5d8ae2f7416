package org.neuralharmonizer.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/**
 * Where the time of a program goes: one line of a table for each work of each step, appended to the
 * file that the system property {@code harmonizer.cuda.profile} names. Works are repeated by
 * themselves, so small ones find their operands in the cache.
 */
final class Profile {
  static final String PROPERTY = "harmonizer.cuda.profile";
  private static final int REPETITIONS = 5;

  private Profile() {}

  /** Measures, if it is asked for; what variables hold is lost. */
  static void write(DevicePlan plan, Device device, Workshop workshop) {
    String file = System.getProperty(PROPERTY);
    if (file == null) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add("step\twork\tmicroseconds\tmebibytes\tdescription");
    for (int i = 0; i < plan.together().size(); i++) {
      Step step = plan.program().steps().get(i);
      for (Work work : plan.together().get(i)) {
        double micros = micros(work, device, workshop);
        lines.add(
            String.format(
                Locale.ROOT,
                "%d\t%s\t%.1f\t%.2f\t%s",
                i,
                name(work),
                micros,
                mebibytes(step, plan.arena()),
                description(work, step)));
      }
    }
    try {
      Files.write(
          Path.of(file),
          lines,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double micros(Work work, Device device, Workshop workshop) {
    device.synchronize();
    long begun = System.nanoTime();
    for (int i = 0; i < REPETITIONS; i++) {
      workshop.start(work);
    }
    device.synchronize();
    return (System.nanoTime() - begun) * 1e-3 / REPETITIONS;
  }

  private static double mebibytes(Step step, Arena arena) {
    return Stream.concat(step.inputs().stream(), step.outputs().stream())
        .mapToDouble(slot -> bytes(slot, arena) / (1 << 20))
        .sum();
  }

  private static double bytes(Slot slot, Arena arena) {
    return (double) slot.shape().size() * arena.location(slot).format().bytes();
  }

  private static String name(Work work) {
    return work instanceof Work.Launch launch
        ? launch.kernel().kind()
        : work.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static Object description(Work work, Step step) {
    if (work instanceof Work.Convolve convolve) {
      return convolve.task();
    }
    return work instanceof Work.Product product ? product.product() : step;
  }
}
