package org.neuralharmonizer.cpu;

/**
 * One pass over a block: up to three runs and two numbers make another run, or add to a sum. A pass
 * ignores what it does not need.
 *
 * <p>Each pass is a class of its own. A call that meets many classes is not inlined, and so each
 * loop is compiled for itself; put together in one method they exceed what just-in-time compilers
 * inline, and vectors become objects.
 */
@FunctionalInterface
interface Pass {
  void run(
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] z,
      int zo,
      float a,
      float b,
      float[] out,
      int oo,
      int start,
      int n);
}
