package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

import java.util.Arrays;
import org.neuralharmonizer.program.Loop;

/**
 * A sum that a fused loop forms block by block, in double. Each block keeps the sums of its own
 * runs; they are added in the order of the blocks, whichever thread ran them.
 */
final class BlockSums {

  private final Loop.Sum sum;
  private final int size;
  private final int block;
  private final float[] out;
  private final int outOffset;

  /** Runs that a block may touch. */
  private final int runsPerBlock;

  private final double[] runs;
  private final double[] totals;

  BlockSums(Loop.Sum sum, int size, int block, float[] out, int outOffset) {
    this.sum = sum;
    this.size = size;
    this.block = block;
    this.out = out;
    this.outOffset = outOffset;
    runsPerBlock = ceiling(block, sum.run()) + 1;
    runs = new double[ceiling(size, block) * runsPerBlock];
    totals = new double[sum.count()];
  }

  int value() {
    return sum.value();
  }

  /** Adds up the runs of n elements that stand for the loop's elements from {@code start} on. */
  void add(Loops loops, float[] x, int xo, int start, int n) {
    int run = start / block * runsPerBlock;
    for (int done = 0; done < n; ) {
      int count = Math.min(n - done, sum.run() - (start + done) % sum.run());
      runs[run++] = loops.sum(x, xo + done, count);
      done += count;
    }
  }

  void finish() {
    Arrays.fill(totals, 0);
    for (int start = 0; start < size; start += block) {
      int run = start / block * runsPerBlock;
      int end = Math.min(size, start + block);
      for (int at = start; at < end; at += sum.run() - at % sum.run()) {
        totals[at / sum.run() % sum.count()] += runs[run++];
      }
    }
    for (int i = 0; i < totals.length; i++) {
      out[outOffset + i] = (float) totals[i];
    }
  }
}
