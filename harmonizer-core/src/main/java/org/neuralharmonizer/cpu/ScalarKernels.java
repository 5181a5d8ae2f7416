package org.neuralharmonizer.cpu;

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
  public TileKernel tileKernel() {
    return new ScalarTileKernel();
  }
}
