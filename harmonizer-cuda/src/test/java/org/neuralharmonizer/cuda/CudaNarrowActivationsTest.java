package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.BackendOptions;

/** Where there is a GPU. */
class CudaNarrowActivationsTest extends NarrowActivations {

  @Override
  CudaBackend open(BackendOptions options, int leastNarrow) {
    return new CudaBackend(Cuda.device(), options, leastNarrow);
  }

  @Override
  int sampling() {
    return 1;
  }
}
