package org.neuralharmonizer.study.scenes;

/** Red, green and blue in 0…1; sums and products may leave that range until they are painted. */
record Colour(double red, double green, double blue) {
  static final Colour WHITE = new Colour(1, 1, 1);
  static final Colour INK = new Colour(0.08, 0.07, 0.1);

  /** From hue (turns), saturation and value. */
  static Colour of(double hue, double saturation, double value) {
    return new Colour(
        channel(hue + 1.0 / 3, saturation, value),
        channel(hue, saturation, value),
        channel(hue - 1.0 / 3, saturation, value));
  }

  private static double channel(double hue, double saturation, double value) {
    double turn = hue - Math.floor(hue);
    double ramp = Math.min(Math.max(2 - Math.abs(6 * turn - 2), 0), 1);
    return value * (1 - saturation * (1 - ramp));
  }

  Colour mixed(Colour other, double share) {
    return new Colour(
        red + share * (other.red - red),
        green + share * (other.green - green),
        blue + share * (other.blue - blue));
  }

  Colour times(double factor) {
    return new Colour(red * factor, green * factor, blue * factor);
  }
}
