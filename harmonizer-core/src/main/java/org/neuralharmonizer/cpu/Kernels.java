package org.neuralharmonizer.cpu;

import org.jspecify.annotations.Nullable;

/** What a processor's instructions change: elementwise loops and the tile of a matrix product. */
public interface Kernels {

  /** For messages: which instructions are used. */
  String name();

  Loops loops();

  WinogradLoops winogradLoops();

  /** A new one, for one thread. */
  TileKernel tileKernel();

  /** Null where dot products are slower than matrix products that are packed for. */
  @Nullable DotKernel dotKernel();
}
