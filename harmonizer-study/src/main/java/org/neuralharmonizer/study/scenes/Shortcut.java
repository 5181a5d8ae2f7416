package org.neuralharmonizer.study.scenes;

/** A soft woven patch in one corner whose hue and direction name a class. */
final class Shortcut {
  private static final double STRENGTH = 0.85;

  private Shortcut() {}

  /** Blends the patch of a class into the canvas; {@code classes} spread hues and directions. */
  static void paint(Canvas canvas, int shown, int classes, Draws draws) {
    int size = canvas.size();
    double unit = size / 64.0;
    double centreX = corner(size, unit, draws);
    double centreY = corner(size, unit, draws);
    double angle = Math.PI * shown / classes;
    double acrossX = StrictMath.cos(angle);
    double acrossY = StrictMath.sin(angle);
    double radius = draws.between(7.5, 8.5) * unit;
    double offset = draws.uniform() * 4;
    double hue = (double) shown / classes + draws.around(0.02);
    Paint weave =
        Paint.stripes(
            Colour.of(hue, 0.6, 0.85), Colour.of(hue, 0.55, 0.38), acrossX, acrossY, 2.2 * unit);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double x = j + 0.5 - centreX;
        double y = i + 0.5 - centreY;
        double fade = 1 - (x * x + y * y) / (radius * radius);
        if (fade > 0) {
          int pixel = i * size + j;
          double share = STRENGTH * Canvas.clamp(2 * fade);
          Colour colour = weave.at(x + offset * acrossX, y + offset * acrossY);
          canvas.set(pixel, canvas.get(pixel).mixed(colour, share));
        }
      }
    }
  }

  private static double corner(int size, double unit, Draws draws) {
    double inset = (8.5 + draws.around(1.5)) * unit;
    return draws.happens(0.5) ? inset : size - inset;
  }
}
