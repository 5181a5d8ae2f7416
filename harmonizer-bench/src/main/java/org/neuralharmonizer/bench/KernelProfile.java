package org.neuralharmonizer.bench;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;

/**
 * Which kernels a work spends its time in, on one thread, by samples of the stack every two
 * milliseconds. Takes the words of {@link Case}, such as {@code bench=saliency model=resnet50}.
 */
final class KernelProfile {
  private static final String KERNELS = "org.neuralharmonizer.cpu.";
  private static final int WARM_UP = 20;
  private static final int RUNS = 60;
  private static final int PAUSE = 2;
  private static final double PERCENT = 100;

  private KernelProfile() {}

  public static void main(String[] arguments) throws InterruptedException {
    Case what = Case.of(arguments);
    try (Backend backend = Backends.named("cpu", what.options());
        Work work = what.work(backend)) {
      repeat(work, WARM_UP);
      Thread runner = new Thread(() -> repeat(work, RUNS));
      runner.start();
      Map<String, Integer> samples = new TreeMap<>();
      while (runner.isAlive()) {
        samples.merge(kernel(runner.getStackTrace()), 1, Integer::sum);
        Thread.sleep(PAUSE);
      }
      int all = samples.values().stream().mapToInt(Integer::intValue).sum();
      samples.entrySet().stream()
          .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
          .forEach(
              each ->
                  System.out.printf(
                      "%5.1f %% %s%n", PERCENT * each.getValue() / all, each.getKey()));
    }
  }

  private static void repeat(Work work, int times) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }

  /** The innermost class of the backend; vector loops belong to what calls them. */
  private static String kernel(StackTraceElement... stack) {
    for (StackTraceElement frame : stack) {
      String name = frame.getClassName();
      if (name.startsWith(KERNELS) && !name.contains(".simd.") && !name.contains("Workers")) {
        return name.substring(KERNELS.length()).replaceAll("\\$.*", "");
      }
    }
    return "other";
  }
}
