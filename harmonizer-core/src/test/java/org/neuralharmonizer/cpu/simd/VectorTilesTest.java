package org.neuralharmonizer.cpu.simd;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.cpu.TileKernels;

/** Both tiles, whichever suits the machine. */
class VectorTilesTest {

  @Test
  void fourRowsMultiplyEachWay() {
    TileKernels.check(new FourRowTile());
  }

  @Test
  void eightRowsMultiplyEachWay() {
    TileKernels.check(new EightRowTile());
  }
}
