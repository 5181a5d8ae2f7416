package org.neuralharmonizer.cuda;

import org.junit.jupiter.api.Tag;
import org.neuralharmonizer.backend.BackendOptions;

/** On the processor. */
@Tag("once")
class EmulatedNarrowActivationsTest extends NarrowActivations {
  private static final long BYTES = 1L << 26;

  @Override
  CudaBackend open(BackendOptions options, int leastNarrow) {
    EmulatedDevice.assumeAvailable();
    return new CudaBackend(new EmulatedDevice(BYTES), options, leastNarrow);
  }

  @Override
  int sampling() {
    return 8;
  }
}
