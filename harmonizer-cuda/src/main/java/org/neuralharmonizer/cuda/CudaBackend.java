package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.program.Program;

/** Runs programs on one GPU. Several executables may be used by several threads, one at a time. */
final class CudaBackend implements Backend {
  static final String NAME = "cuda";

  private final Device device;
  private final BackendOptions options;
  private boolean closed;

  /** Executables that still use the device. */
  private int users;

  CudaBackend(Device device, BackendOptions options) {
    this.device = device;
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long maxBytes() {
    return options.maxBytes();
  }

  @Override
  public Executable load(Program program) {
    synchronized (device) {
      if (closed) {
        throw new IllegalStateException("cuda: this backend is closed — open another");
      }
      device.enter();
      CudaExecutable executable = new CudaExecutable(program, device, options, this::leave);
      users++;
      return executable;
    }
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
