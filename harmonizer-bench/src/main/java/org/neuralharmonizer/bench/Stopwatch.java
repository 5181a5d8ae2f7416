package org.neuralharmonizer.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Times work in this process: repetitions until compilers have settled, then repetitions that
 * count. On a shared machine the shortest is the least disturbed one, and the one to compare; the
 * median says how disturbed the run was.
 *
 * @param warmUpSeconds at least; one repetition at least
 * @param seconds of repetitions that count, at least
 */
record Stopwatch(double warmUpSeconds, double seconds) {
  private static final int FEWEST = 3;
  private static final int MOST = 5000;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  /** What was measured, in milliseconds. */
  record Timing(double shortest, double median, int repetitions) {}

  Timing time(Work work) {
    repeat(work, warmUpSeconds, 1);
    List<Double> times = repeat(work, seconds, FEWEST);
    Collections.sort(times);
    return new Timing(times.get(0), times.get(times.size() / 2), times.size());
  }

  private static List<Double> repeat(Work work, double seconds, int fewest) {
    List<Double> times = new ArrayList<>();
    long begin = System.nanoTime();
    while (times.size() < fewest
        || (System.nanoTime() - begin < seconds * NANOS_PER_SECOND && times.size() < MOST)) {
      long start = System.nanoTime();
      if (work.run() == null) {
        throw new AssertionError("work gave no result");
      }
      times.add((System.nanoTime() - start) / NANOS_PER_MILLI);
    }
    return times;
  }
}
