package org.neuralharmonizer.backend;

import org.neuralharmonizer.testing.BackendConformance;

/** The built-in backend passes the suite of all backends. */
class CpuConformanceTest extends BackendConformance {

  @Override
  protected Backend open(BackendOptions options) {
    return Backends.named("cpu", options);
  }
}
