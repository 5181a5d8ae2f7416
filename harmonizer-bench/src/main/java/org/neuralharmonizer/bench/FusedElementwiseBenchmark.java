package org.neuralharmonizer.bench;

import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/**
 * Elementwise chains over 16 × 64 × 128 × 128 floats, 64 MiB each, beyond every cache: what bounds
 * them is memory, whose speed {@link TriadBenchmark} measures.
 */
public class FusedElementwiseBenchmark extends BackendBenchmark {
  private static final int CHANNELS = 64;
  private static final Shape SHAPE = Shape.of(16, CHANNELS, 128, 128);

  /** What is computed; the number of large arrays read and written is stated. */
  public enum Chain {
    /** a + 3 b: 3 arrays. */
    TRIAD(3) {
      @Override
      Expr of(Expr a, Expr b, Expr perChannel) {
        return a.plus(b.times(3));
      }
    },
    /** ReLU of a normalised array plus a shortcut: 3 arrays. */
    NORMALISED_SUM_RELU(3) {
      @Override
      Expr of(Expr a, Expr b, Expr perChannel) {
        return Functions.relu(a.times(perChannel).plus(perChannel).plus(b));
      }
    },
    /** GELU: 2 arrays. */
    GELU(2) {
      @Override
      Expr of(Expr a, Expr b, Expr perChannel) {
        return Functions.gelu(a);
      }
    },
    /** The sum over all but channels of a product: 2 arrays. */
    SUM_OF_PRODUCTS(2) {
      @Override
      Expr of(Expr a, Expr b, Expr perChannel) {
        return a.minus(perChannel).times(b).sum(0, 2, 3);
      }
    };

    private final int arrays;

    Chain(int arrays) {
      this.arrays = arrays;
    }

    abstract Expr of(Expr a, Expr b, Expr perChannel);

    /** Bytes that must cross the memory bus. */
    public long bytes() {
      return (long) arrays * SHAPE.size() * Float.BYTES;
    }
  }

  /** The chain. */
  @Param public Chain chain = Chain.TRIAD;

  @Override
  Work work(Backend on) {
    Expr a = Expr.input("a", SHAPE);
    Expr b = Expr.input("b", SHAPE);
    Expr perChannel = Expr.input("per channel", Shape.of(CHANNELS, 1, 1));
    return ProgramWork.resident(List.of(a, b, perChannel), chain.of(a, b, perChannel), on);
  }

  /** With vector instructions. */
  @Benchmark
  public Object vector() {
    return run();
  }

  /** Without. */
  @Benchmark
  @Fork(value = 2, jvmArgsAppend = GC)
  public Object scalar() {
    return run();
  }
}
