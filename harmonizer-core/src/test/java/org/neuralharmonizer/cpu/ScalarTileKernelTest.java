package org.neuralharmonizer.cpu;

import org.junit.jupiter.api.Test;

class ScalarTileKernelTest {

  @Test
  void multipliesEachWay() {
    TileKernels.check(new ScalarTileKernel());
  }
}
