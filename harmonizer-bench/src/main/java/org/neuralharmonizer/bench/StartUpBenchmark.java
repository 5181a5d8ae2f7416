package org.neuralharmonizer.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The first result of a virtual machine, loading, interpreting and compiling included; the start of
 * the virtual machine itself is not, {@code peers.sh} has it too.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 10,
    jvmArgsAppend = {BackendBenchmark.ADD_MODULES, BackendBenchmark.VECTOR, StartUpBenchmark.GC})
public class StartUpBenchmark {
  static final String GC = "-XX:+UseSerialGC";

  /** Spearman's correlation of one pair of 224 × 224. */
  @Benchmark
  public Object spearman() {
    return First.spearman();
  }

  /** A harmonized step of the reference CNN, batch 1. */
  @Benchmark
  public Object harmonizedStep() {
    return First.harmonizedStep();
  }
}
