package org.neuralharmonizer.cpu;

/** A step bound to the memory it reads and writes. */
@FunctionalInterface
interface Kernel {
  void run();
}
