package org.neuralharmonizer.study.scenes;

/** A colour for each place, in local units. */
@FunctionalInterface
interface Paint {
  Colour at(double x, double y);

  static Paint plain(Colour colour) {
    return (x, y) -> colour;
  }

  /**
   * Bands along a direction, each {@code width} wide; soft, so that small pictures do not alias.
   */
  static Paint stripes(Colour one, Colour other, double acrossX, double acrossY, double width) {
    return (x, y) -> one.mixed(other, wave((x * acrossX + y * acrossY) / width));
  }

  /** Dots on a staggered grid of the given spacing. */
  static Paint spots(Colour ground, Colour dot, double spacing) {
    return (x, y) -> {
      double row = Math.floor(y / spacing);
      double shift = row % 2 == 0 ? 0 : 0.5;
      double column = x / spacing + shift;
      double dx = column - Math.floor(column) - 0.5;
      double dy = y / spacing - row - 0.5;
      double inside = 0.3 - Math.sqrt(dx * dx + dy * dy);
      return ground.mixed(dot, clamp(0.5 + 6 * inside));
    };
  }

  /** Concentric bands around the local origin. */
  static Paint rings(Colour one, Colour other, double width) {
    return (x, y) -> one.mixed(other, wave(Math.sqrt(x * x + y * y) / width));
  }

  /** Spokes from the local origin. */
  static Paint spokes(Colour one, Colour other, int count) {
    return (x, y) -> one.mixed(other, wave(StrictMath.atan2(y, x) * count / Math.PI));
  }

  /** A spiral of two arms around the local origin. */
  static Paint coil(Colour one, Colour other, double width) {
    return (x, y) -> {
      double turns = StrictMath.atan2(y, x) / Math.PI;
      return one.mixed(other, wave(Math.sqrt(x * x + y * y) / width + turns));
    };
  }

  /** This paint, and another one inside a region. */
  default Paint with(Region region, Colour colour) {
    return (x, y) -> region.distance(x, y) < 0 ? colour : at(x, y);
  }

  /** 0 and 1 in turn, one unit each, with soft steps; no trigonometry, hence exact everywhere. */
  private static double wave(double position) {
    double phase = position / 2 - Math.floor(position / 2);
    return clamp(0.5 + 4 * (Math.abs(phase - 0.5) - 0.25) * 2);
  }

  private static double clamp(double value) {
    return Math.min(Math.max(value, 0), 1);
  }
}
