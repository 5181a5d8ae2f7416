package org.neuralharmonizer.cuda;

import org.junit.jupiter.api.BeforeAll;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.testing.BackendConformance;

/** The generated kernels pass the suite of all backends where no GPU is, on the processor. */
class EmulatedConformanceTest extends BackendConformance {
  private static final long BYTES = 1L << 30;

  @BeforeAll
  static void requireCompiler() {
    EmulatedDevice.assumeAvailable();
  }

  @Override
  protected Backend open(BackendOptions options) {
    return new CudaBackend(new EmulatedDevice(BYTES), options);
  }
}
