package org.neuralharmonizer.bench;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Spearman's correlation of one pair of maps of 224 × 224. */
public class SpearmanBenchmark extends AlignmentBenchmark {
  /** Whether values come more than once. */
  @Param public AlignmentWork.Ties ties = AlignmentWork.Ties.NONE;

  private @Nullable Work work;

  /** Draws the maps. */
  @Setup
  public void draw() {
    work = AlignmentWork.spearman(ties);
  }

  /** One pair. */
  @Benchmark
  public @Nullable Object pair() {
    return work == null ? null : work.run();
  }
}
