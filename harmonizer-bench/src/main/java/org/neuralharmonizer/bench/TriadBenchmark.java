package org.neuralharmonizer.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The speed of memory: a ← b + 3 c over 16 Mi floats each, 192 MiB as STREAM counts them, in a
 * plain loop. Each of JMH's threads has a part of its own: run it once with {@code -t 1}, once with
 * {@code -t 2}.
 *
 * @see <a href="https://www.cs.virginia.edu/stream/">McCalpin: STREAM</a>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = BackendBenchmark.GC)
public class TriadBenchmark {
  /** Floats in each of a thread's arrays. */
  @Param("16777216")
  public int length;

  private float[] a = {};
  private float[] b = {};
  private float[] c = {};

  /** Makes the arrays, touched by the thread that will use them. */
  @Setup
  public void fill() {
    a = new float[length];
    b = new float[length];
    c = new float[length];
    Arrays.fill(b, 1);
    IntStream.range(0, length).forEach(i -> c[i] = i);
  }

  /** Once over the arrays. */
  @Benchmark
  public float[] triad() {
    triad(a, b, c);
    return a;
  }

  private static void triad(float[] a, float[] b, float[] c) {
    for (int i = 0; i < a.length; i++) {
      a[i] = b[i] + 3 * c[i];
    }
  }
}
