package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.testing.BackendConformance;

/** The generated kernels pass the suite of all backends where no GPU is, on the processor. */
class EmulatedConformanceTest extends BackendConformance {
  private static final long BYTES = 1L << 30;

  @Override
  protected Backend open(BackendOptions options) {
    EmulatedDevice.assumeAvailable();
    return new CudaBackend(new EmulatedDevice(BYTES), options);
  }
}
