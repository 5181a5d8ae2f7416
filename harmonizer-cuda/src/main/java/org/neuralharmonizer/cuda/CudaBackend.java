package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.program.Program;

/** Runs programs on one GPU. */
final class CudaBackend implements Backend {
  private final Device device;

  CudaBackend(Device device, BackendOptions options) {
    this.device = device;
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Executable load(Program program) {
    throw new IllegalStateException("not built yet");
  }

  @Override
  public void close() {
    device.close();
  }
}
