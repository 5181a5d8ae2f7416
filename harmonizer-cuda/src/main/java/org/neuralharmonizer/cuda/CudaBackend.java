package org.neuralharmonizer.cuda;

import java.util.Set;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;

/** Runs programs on one GPU. Several executables may be used by several threads, one at a time. */
final class CudaBackend implements Backend {
  static final String NAME = "cuda";

  /** Compute capability times ten of the first cards whose tensor cores multiply them. */
  private static final int LEAST_FOR_BFLOAT16 = 80;

  /** One of so many is left of what is free: algorithms of convolutions want room as well. */
  private static final int PART_OF_LIBRARIES = 16;

  private final Device device;
  private final BackendOptions options;
  private final int leastNarrow;
  private boolean closed;

  /** Executables that still use the device. */
  private int users;

  CudaBackend(Device device, BackendOptions options) {
    this(device, options, NarrowStorages.LEAST_VALUES);
  }

  /**
   * A backend.
   *
   * @param leastNarrow values that a storage holds which is kept in fewer digits, if any is
   * @throws IllegalArgumentException if the device does not have what the options ask for
   */
  CudaBackend(Device device, BackendOptions options, int leastNarrow) {
    this.device = device;
    this.options = options;
    this.leastNarrow = leastNarrow;
    Device.Description description = device.description();
    if (options.activations() == ActivationFormat.BFLOAT16
        && description.architecture() < LEAST_FOR_BFLOAT16) {
      device.close();
      throw new IllegalArgumentException(
          "cuda: activations as bfloat16 need compute capability 8.0, %s has %d.%d — use single"
              .formatted(
                  description.name(),
                  description.architecture() / 10,
                  description.architecture() % 10));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Of what is free now, a part is left to the libraries. */
  @Override
  public long maxBytes() {
    synchronized (device) {
      requireOpen();
      device.enter();
      long free = device.freeBytes();
      long left = Math.min(free / PART_OF_LIBRARIES, Workshop.MOST_FOR_CONVOLUTION);
      return Math.min(options.maxBytes(), free - left);
    }
  }

  @Override
  public Program compile(Signature signature) {
    return Compiler.compile(signature, fusion(), maxBytes(), program -> plan(program).bytes());
  }

  @Override
  public Executable load(Program program) {
    synchronized (device) {
      requireOpen();
      device.enter();
      CudaExecutable executable = new CudaExecutable(plan(program), device, options, this::leave);
      users++;
      return executable;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("cuda: this backend is closed — open another");
    }
  }

  private DevicePlan plan(Program program) {
    return new DevicePlan(program, narrow(program), options.productPrecision());
  }

  private Set<Integer> narrow(Program program) {
    return options.activations() == ActivationFormat.BFLOAT16
        ? NarrowStorages.of(program, leastNarrow)
        : Set.of();
  }

  private void leave() {
    users--;
    closeUnused();
  }

  private void closeUnused() {
    if (closed && users == 0) {
      device.close();
    }
  }

  @Override
  public void close() {
    synchronized (device) {
      if (!closed) {
        closed = true;
        device.enter();
        closeUnused();
      }
    }
  }
}
