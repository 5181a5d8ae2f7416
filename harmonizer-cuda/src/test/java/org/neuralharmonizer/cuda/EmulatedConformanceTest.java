package org.neuralharmonizer.cuda;

import org.junit.jupiter.api.Tag;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.testing.BackendConformance;

/** The generated kernels pass the suite of all backends where no GPU is, on the processor. */
@Tag("once")
class EmulatedConformanceTest extends BackendConformance {
  /** Little, as half of it is scratch memory that is poisoned at each load. */
  private static final long BYTES = 1L << 26;

  @Override
  protected Extent extent() {
    return Extent.SAMPLE;
  }

  @Override
  protected Backend open(BackendOptions options) {
    EmulatedDevice.assumeAvailable();
    return new CudaBackend(new EmulatedDevice(BYTES), options);
  }
}
