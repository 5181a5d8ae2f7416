package org.neuralharmonizer.cpu;

import java.util.SplittableRandom;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** Seeded windows with odd extents, strides 1 to 3, dilations 1 and 2, and uneven padding. */
final class Geometries {

  private Geometries() {}

  static WindowGeometry window(SplittableRandom random, int extent) {
    return new WindowGeometry(axis(random, extent), axis(random, extent));
  }

  private static WindowAxis axis(SplittableRandom random, int largest) {
    while (true) {
      int extent = 1 + random.nextInt(largest);
      int kernel = 1 + random.nextInt(5);
      int dilation = 1 + random.nextInt(2);
      int before = random.nextInt(4);
      int after = random.nextInt(4);
      if ((kernel - 1) * dilation + 1 <= extent + before + after) {
        return new WindowAxis(extent, kernel, 1 + random.nextInt(3), dilation, before, after);
      }
    }
  }
}
