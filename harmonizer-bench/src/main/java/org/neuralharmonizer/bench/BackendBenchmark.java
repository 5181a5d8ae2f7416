package org.neuralharmonizer.bench;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What benchmarks of a backend share: it is opened with its threads, does one work, is closed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {BackendBenchmark.ADD_MODULES, BackendBenchmark.VECTOR, BackendBenchmark.GC})
public abstract class BackendBenchmark {
  static final String ADD_MODULES = "--add-modules";
  static final String VECTOR = "jdk.incubator.vector";
  static final String GC = "-XX:+UseParallelGC";

  /** The backend's name. */
  @Param("cpu")
  public String backend = "";

  /** How many threads compute. */
  @Param({"1", "2"})
  public int threads;

  private @Nullable Backend opened;
  private @Nullable Work work;

  abstract Work work(Backend on);

  /** Opens the backend and prepares the work. */
  @Setup(Level.Trial)
  public void open() {
    BackendOptions options = BackendOptions.defaults().withThreads(threads);
    Backend on = Backends.named(backend, options);
    opened = on;
    work = work(on);
  }

  /** Releases both. */
  @TearDown(Level.Trial)
  public void close() {
    if (work != null) {
      work.close();
    }
    if (opened != null) {
      opened.close();
    }
  }

  final Object run() {
    if (work == null) {
      throw new IllegalStateException("benchmark: nothing is open — JMH calls open first");
    }
    return work.run();
  }
}
