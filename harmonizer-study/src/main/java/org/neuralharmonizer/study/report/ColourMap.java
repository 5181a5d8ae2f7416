package org.neuralharmonizer.study.report;

/**
 * Perceptually uniform colour maps of Matplotlib (van der Walt and Smith, 2015, dedicated to the
 * public domain), by 17 equidistant entries of their tables of 256; in between linear in sRGB.
 */
public enum ColourMap {
  /** Dark blue over green to yellow. */
  VIRIDIS(
      0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c,
      0x1f9f88, 0x27ad81, 0x3dbc74, 0x5cc863, 0x81d34d, 0xaadc32, 0xd5e21a, 0xfde725),
  /** Black over red to pale yellow. */
  INFERNO(
      0x000004, 0x0b0724, 0x210c4a, 0x3d0965, 0x57106e, 0x71196e, 0x8a226a, 0xa32c61, 0xbc3754,
      0xd04545, 0xe35933, 0xf1711f, 0xf98c0a, 0xfcaa0f, 0xf9c932, 0xf2e865, 0xfcffa4);

  private final int[] anchors;

  ColourMap(int... anchors) {
    this.anchors = anchors;
  }

  /** One channel (0 red, 1 green, 2 blue) at a position, cut to 0…1; NaN counts as 0. Of 0…1. */
  double channel(double position, int channel) {
    double place = (position > 0 ? Math.min(position, 1) : 0) * (anchors.length - 1);
    int below = Math.min((int) place, anchors.length - 2);
    double share = place - below;
    int shift = 16 - 8 * channel;
    int low = anchors[below] >> shift & 0xFF;
    int high = anchors[below + 1] >> shift & 0xFF;
    return (low + share * (high - low)) / 255;
  }
}
