package org.neuralharmonizer.bench;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Split-half reliability of one image's maps of 224 × 224. */
public class SplitHalfBenchmark extends AlignmentBenchmark {
  /** People. */
  @Param("20")
  public int raters;

  /** Random splits of them. */
  @Param("1000")
  public int splits;

  /** Threads that share out the splits. */
  @Param({"1", "2"})
  public int threads;

  private @Nullable Work work;

  /** Draws the maps. */
  @Setup
  public void draw() {
    work = AlignmentWork.splitHalf(raters, splits, threads);
  }

  /** All splits. */
  @Benchmark
  public @Nullable Object reliability() {
    return work == null ? null : work.run();
  }
}
