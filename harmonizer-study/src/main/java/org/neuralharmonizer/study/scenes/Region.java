package org.neuralharmonizer.study.scenes;

/** A shape as its signed distance in local units, negative inside (for ellipses to first order). */
@FunctionalInterface
interface Region {
  double distance(double x, double y);

  static Region circle(double radius) {
    return (x, y) -> Math.sqrt(x * x + y * y) - radius;
  }

  static Region ellipse(double halfWidth, double halfHeight) {
    double wide = 1 / (halfWidth * halfWidth);
    double high = 1 / (halfHeight * halfHeight);
    return (x, y) -> {
      double level = Math.sqrt(x * x * wide + y * y * high);
      double slope = Math.sqrt(x * x * wide * wide + y * y * high * high);
      return slope == 0 ? -Math.min(halfWidth, halfHeight) : level * (level - 1) / slope;
    };
  }

  static Region ring(double radius, double halfThickness) {
    return (x, y) -> Math.abs(Math.sqrt(x * x + y * y) - radius) - halfThickness;
  }

  /** A stroke whose half width goes linearly from one end to the other. */
  static Region stroke(
      double x0, double y0, double halfWidth0, double x1, double y1, double halfWidth1) {
    double dx = x1 - x0;
    double dy = y1 - y0;
    double squared = dx * dx + dy * dy;
    return (x, y) -> {
      double along = ((x - x0) * dx + (y - y0) * dy) / squared;
      double t = Math.min(Math.max(along, 0), 1);
      double ox = x - x0 - t * dx;
      double oy = y - y0 - t * dy;
      return Math.sqrt(ox * ox + oy * oy) - (halfWidth0 + t * (halfWidth1 - halfWidth0));
    };
  }

  /** A triangle; the order of its corners does not matter. */
  static Region triangle(double x0, double y0, double x1, double y1, double x2, double y2) {
    double turn = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0) > 0 ? 1 : -1;
    Region first = halfPlane(x0, y0, x1, y1, turn);
    Region second = halfPlane(x1, y1, x2, y2, turn);
    Region third = halfPlane(x2, y2, x0, y0, turn);
    return (x, y) ->
        Math.max(first.distance(x, y), Math.max(second.distance(x, y), third.distance(x, y)));
  }

  private static Region halfPlane(double x0, double y0, double x1, double y1, double turn) {
    double length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
    double normalX = turn * (y1 - y0) / length;
    double normalY = -turn * (x1 - x0) / length;
    return (x, y) -> (x - x0) * normalX + (y - y0) * normalY;
  }

  default Region or(Region other) {
    return (x, y) -> Math.min(distance(x, y), other.distance(x, y));
  }

  default Region and(Region other) {
    return (x, y) -> Math.max(distance(x, y), other.distance(x, y));
  }

  default Region rounded(double radius) {
    return (x, y) -> distance(x, y) - radius;
  }

  default Region at(double x0, double y0) {
    return (x, y) -> distance(x - x0, y - y0);
  }
}
