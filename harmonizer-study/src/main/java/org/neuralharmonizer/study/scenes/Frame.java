package org.neuralharmonizer.study.scenes;

/**
 * A similarity from local units to pixels: pixel = origin + u·across + v·down, where the two
 * columns are orthogonal and of length {@code scale}.
 */
record Frame(
    double x, double y, double acrossX, double acrossY, double downX, double downY, double scale) {

  static Frame pixels(double x, double y, double scale) {
    return new Frame(x, y, scale, 0, 0, scale, scale);
  }

  Frame mirrored() {
    return new Frame(x, y, -acrossX, -acrossY, downX, downY, scale);
  }

  Frame at(double u, double v) {
    return new Frame(
        x + u * acrossX + v * downX,
        y + u * acrossY + v * downY,
        acrossX,
        acrossY,
        downX,
        downY,
        scale);
  }

  /** Turned so that the local x axis moves towards the local y axis. */
  Frame turned(double radians) {
    double c = StrictMath.cos(radians);
    double s = StrictMath.sin(radians);
    return new Frame(
        x,
        y,
        c * acrossX + s * downX,
        c * acrossY + s * downY,
        c * downX - s * acrossX,
        c * downY - s * acrossY,
        scale);
  }

  double localX(double pixelX, double pixelY) {
    return (acrossX * (pixelX - x) + acrossY * (pixelY - y)) / (scale * scale);
  }

  double localY(double pixelX, double pixelY) {
    return (downX * (pixelX - x) + downY * (pixelY - y)) / (scale * scale);
  }
}
