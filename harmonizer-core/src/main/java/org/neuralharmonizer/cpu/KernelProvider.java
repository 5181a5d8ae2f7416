package org.neuralharmonizer.cpu;

import java.lang.System.Logger.Level;

/** Chooses the fastest kernels this virtual machine can run. */
final class KernelProvider {

  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_KERNELS = "org.neuralharmonizer.cpu.simd.VectorKernels";

  private KernelProvider() {}

  /** The same object at every call; what was chosen, and why not better, is logged once. */
  static Kernels best() {
    return Best.KERNELS;
  }

  static Kernels scalar() {
    return new ScalarKernels();
  }

  /** Initialised by the first use, so that the log line comes once. */
  private static final class Best {
    static final Kernels KERNELS = choose();
  }

  private static Kernels choose() {
    System.Logger log = System.getLogger(KernelProvider.class.getPackageName());
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      log.log(
          Level.WARNING,
          "vector instructions are not used, programs run several times slower"
              + " — start Java with --add-modules "
              + VECTOR_MODULE);
      return scalar();
    }
    try {
      Class<?> type = Class.forName(VECTOR_KERNELS);
      return (Kernels) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError | RuntimeException problem) {
      log.log(
          Level.WARNING,
          "vector instructions are not used: this Java's " + VECTOR_MODULE + " does not fit",
          problem);
      return scalar();
    }
  }
}
