package org.neuralharmonizer.cuda;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A shared object of kernels. */
final class EmulatedCode implements Device.Code {
  private final EmulatedContext context;
  private final Map<Long, String> kernels;
  private final long library;
  private final Set<Long> own = new HashSet<>();

  /**
   * Loads a shared object.
   *
   * @param kernels the device's, by handle, to which its own are added
   */
  EmulatedCode(EmulatedContext context, Map<Long, String> kernels, String file) {
    this.context = context;
    this.kernels = kernels;
    this.library = EmulatorLibrary.open(file);
  }

  @Override
  public long kernel(String name) {
    context.checkEntered();
    context.checkHeld(this);
    long kernel = EmulatorLibrary.symbol(library, "emulated_" + name);
    if (kernel == 0) {
      throw new CudaException("there is no kernel of the name " + name);
    }
    kernels.put(kernel, name);
    own.add(kernel);
    return kernel;
  }

  @Override
  public void close() {
    if (context.release(this)) {
      kernels.keySet().removeAll(own);
      EmulatorLibrary.close(library);
    }
  }
}
