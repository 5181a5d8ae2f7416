package org.neuralharmonizer.cuda;

import org.junit.jupiter.api.Assumptions;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.testing.BackendConformance;

/** The suite of all backends, where there is a GPU. */
class CudaConformanceTest extends BackendConformance {

  @Override
  protected Backend open(BackendOptions options) {
    Availability availability = new CudaBackendProvider().availability();
    Assumptions.assumeTrue(availability.isUsable(), availability.explanation());
    return Backends.named(CudaBackend.NAME, options);
  }
}
