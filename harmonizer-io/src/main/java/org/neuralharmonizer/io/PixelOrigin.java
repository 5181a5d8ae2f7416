package org.neuralharmonizer.io;

/** Which numbers a table gives to the first pixel of an image. */
public enum PixelOrigin {
  /** 0 is the left or upper border, the first pixel covers [0, 1). */
  BORDER(0),
  /** 0 is the centre of the first pixel. */
  CENTRE_ZERO(0.5),
  /** 1 is the centre of the first pixel, as MATLAB counts. */
  CENTRE_ONE(-0.5);

  private final double shift;

  PixelOrigin(double shift) {
    this.shift = shift;
  }

  double fromBorder(double coordinate) {
    return coordinate + shift;
  }
}
