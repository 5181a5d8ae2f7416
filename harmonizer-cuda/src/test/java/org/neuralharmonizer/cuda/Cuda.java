package org.neuralharmonizer.cuda;

import org.junit.jupiter.api.Assumptions;
import org.neuralharmonizer.backend.Availability;

/** What the tests need of CUDA; without it they are skipped with a printed reason. */
final class Cuda {
  private Cuda() {}

  /** The first GPU. */
  static CudaDevice device() {
    Availability availability = CudaLibraries.ofThisProcess().availability();
    if (!availability.isUsable()) {
      Assumptions.abort("no GPU: " + availability.explanation());
    }
    return CudaDevice.open(0, SourceFolders.none());
  }

  /** The compiler, which needs no GPU; its bindings need the driver's library. */
  static Nvrtc compiler(int architecture) {
    try {
      return new Nvrtc(architecture);
    } catch (LinkageError e) {
      Assumptions.abort("no compiler: " + e);
      throw e;
    }
  }
}
