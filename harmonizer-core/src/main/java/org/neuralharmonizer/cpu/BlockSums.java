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
  private final float[] results;
  private final int resultsOffset;

  /** Runs that a block may touch. */
  private final int runsPerBlock;

  private final double[] runs;
  private final double[] totals;

  BlockSums(Loop.Sum sum, int size, int block, float[] results, int resultsOffset) {
    this.sum = sum;
    this.size = size;
    this.block = block;
    this.results = results;
    this.resultsOffset = resultsOffset;
    runsPerBlock = ceiling(block, sum.run()) + 1;
    runs = new double[ceiling(size, block) * runsPerBlock];
    totals = new double[sum.count()];
  }

  /** Adds up the runs of the elements that a block stands for. */
  Pass sum(Loops loops) {
    return (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> {
      int run = start / block * runsPerBlock;
      for (int done = 0; done < n; ) {
        int count = countOfRun(start, done, n);
        runs[run++] = loops.sum(x, xo + done, count);
        done += count;
      }
    };
  }

  /** The same for products of elements. */
  Pass sumOfProducts(Loops loops) {
    return (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> {
      int run = start / block * runsPerBlock;
      for (int done = 0; done < n; ) {
        int count = countOfRun(start, done, n);
        runs[run++] = loops.sumOfProducts(x, xo + done, y, yo + done, count);
        done += count;
      }
    };
  }

  private int countOfRun(int start, int done, int n) {
    return Math.min(n - done, sum.run() - (start + done) % sum.run());
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
      results[resultsOffset + i] = (float) totals[i];
    }
  }
}
