package org.neuralharmonizer.cpu.simd;

import org.neuralharmonizer.cpu.DotKernel;
import org.neuralharmonizer.cpu.Kernels;
import org.neuralharmonizer.cpu.Loops;
import org.neuralharmonizer.cpu.TileKernel;
import org.neuralharmonizer.cpu.WinogradLoops;

/** Kernels on the Vector API; created by name, where the module is present. */
public final class VectorKernels implements Kernels {

  /** Takes some tens of milliseconds: see {@link Rehearsal}. */
  public VectorKernels() {
    Rehearsal.play();
  }

  @Override
  public String name() {
    return "vectors of %d bits".formatted(VectorLoops.SPECIES.vectorBitSize());
  }

  @Override
  public Loops loops() {
    return new VectorReductions();
  }

  @Override
  public WinogradLoops winogradLoops() {
    return new VectorWinogradLoops();
  }

  @Override
  public TileKernel tileKernel() {
    return VectorLoops.SPECIES.length() == 8 ? new FourRowTile() : new EightRowTile();
  }

  @Override
  public DotKernel dotKernel() {
    return new FourRowDots();
  }
}
