package org.neuralharmonizer.cpu;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;

/** The built-in backend: pure Java on one team of threads. */
final class CpuBackend implements Backend {
  static final String NAME = "cpu";
  private static final double MEBIBYTE = 1 << 20;

  private final BackendOptions options;
  private final Kernels kernels;
  private final Workers workers;
  private volatile boolean closed;

  CpuBackend(BackendOptions options, Kernels kernels) {
    this.options = options;
    this.kernels = kernels;
    this.workers = new Workers(options.threads(), kernels);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Fusion fusion() {
    return Fusion.IMAGE_BY_IMAGE;
  }

  @Override
  public Executable load(Program program) {
    return loaded(program, null);
  }

  @Override
  public Executable load(Program program, ShareExchange exchange) {
    return loaded(program, exchange);
  }

  private Executable loaded(Program program, @Nullable ShareExchange exchange) {
    if (closed) {
      throw new IllegalStateException("cpu: this backend is closed — open another");
    }
    long needed = bytes(program);
    long limit = maxBytes();
    if (needed > limit) {
      throw new IllegalArgumentException(
          ("cpu: the program needs %.0f MiB, at most %.0f MiB may be used — make the batch smaller,"
                  + " or raise maxBytes and Java's -Xmx")
              .formatted(needed / MEBIBYTE, limit / MEBIBYTE));
    }
    return new CpuExecutable(program, workers, kernels, options.shortConvolution(), exchange);
  }

  @Override
  public long maxBytes() {
    return Math.min(options.maxBytes(), Runtime.getRuntime().maxMemory());
  }

  @Override
  public Program compile(Signature signature) {
    return Compiler.compile(signature, fusion(), maxBytes(), this::bytes);
  }

  private long bytes(Program program) {
    return program.memory().bytes() + furtherArenas(program);
  }

  /** The plan counts the arena of one thread. */
  private long furtherArenas(Program program) {
    return (options.threads() - 1) * Binder.arenaBytes(program);
  }

  @Override
  public void close() {
    closed = true;
    workers.close();
  }
}
