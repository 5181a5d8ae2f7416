package org.neuralharmonizer.cpu;

/**
 * A step bound to the memory it reads and writes. What follows from shapes is worked out when it is
 * bound, so that running it allocates nothing.
 */
@FunctionalInterface
interface Kernel {
  void run();

  /** One after the other. */
  static Kernel sequence(Kernel... kernels) {
    if (kernels.length == 1) {
      return kernels[0];
    }
    return () -> {
      for (Kernel kernel : kernels) {
        kernel.run();
      }
    };
  }
}
