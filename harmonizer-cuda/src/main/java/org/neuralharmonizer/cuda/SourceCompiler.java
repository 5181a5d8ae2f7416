package org.neuralharmonizer.cuda;

/** Turns CUDA C++ into machine code; safe for use by several threads. */
@FunctionalInterface
interface SourceCompiler {

  /**
   * Machine code of a translation unit.
   *
   * @throws CudaException if it does not compile, with the compiler's log
   */
  byte[] compile(String source);
}
