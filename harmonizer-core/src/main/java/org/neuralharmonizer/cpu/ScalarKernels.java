package org.neuralharmonizer.cpu;

import org.jspecify.annotations.Nullable;

/** Plain Java: the specification, and the fallback. */
final class ScalarKernels implements Kernels {

  @Override
  public String name() {
    return "plain Java";
  }

  @Override
  public Loops loops() {
    return new ScalarLoops();
  }

  @Override
  public WinogradLoops winogradLoops() {
    return new ScalarWinogradLoops();
  }

  @Override
  public TileKernel tileKernel() {
    return new ScalarTileKernel();
  }

  // Compilers do not turn sums of floats into vector instructions.
  @Override
  public @Nullable DotKernel dotKernel() {
    return null;
  }
}
