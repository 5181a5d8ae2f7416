package org.neuralharmonizer.nd4j;

import java.util.function.LongConsumer;
import org.bytedeco.javacpp.Pointer;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.program.Program;

/** Runs programs on ND4J. */
final class Nd4jBackend implements Backend {
  private static final double MEBIBYTE = 1 << 20;

  private final String name;
  private final BackendOptions options;
  private final Plan.Device device;
  private final Convolutions.Kind convolutions;
  private volatile boolean closed;

  Nd4jBackend(
      String name, BackendOptions options, Plan.Device device, Convolutions.Kind convolutions) {
    this.name = name;
    this.options = options;
    this.device = device;
    this.convolutions = convolutions;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long maxBytes() {
    return Math.min(options.maxBytes(), room());
  }

  /** JavaCPP ends the process's patience at a limit of its own; 0 is none. */
  private static long room() {
    long limit = Pointer.maxPhysicalBytes();
    return limit == 0 ? Long.MAX_VALUE : Math.max(0, limit - Pointer.physicalBytes());
  }

  @Override
  public Executable load(Program program) {
    if (closed) {
      throw new IllegalStateException(name + ": this backend is closed — open another");
    }
    Ledger ledger = new Ledger();
    ledger.require(program.memory().bytes());
    Storage storage = new Storage(program.memory(), ledger);
    Plan plan = new Plan(device, storage);
    try {
      return new Nd4jExecutable(name, program, plan, convolutions);
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Counts what a program takes, and refuses what would be too much. */
  private final class Ledger implements LongConsumer {
    private final long most = maxBytes();
    private long taken;

    @Override
    public void accept(long bytes) {
      taken += bytes;
      require(taken);
    }

    void require(long needed) {
      if (needed > most) {
        throw new IllegalArgumentException(
            ("%s: the program needs %.0f MiB, at most %.0f MiB may be used — make the batch smaller,"
                    + " or raise maxBytes and -Dorg.bytedeco.javacpp.maxphysicalbytes")
                .formatted(name, Math.ceil(needed / MEBIBYTE), Math.floor(most / MEBIBYTE)));
      }
    }
  }
}
