package org.neuralharmonizer.study.scenes;

/**
 * The background: noise with a 1/f amplitude spectrum in two hues, and shapes that mean nothing.
 */
final class Clutter {
  private static final int COARSEST_CELLS = 2;

  /**
   * Standard deviation of an octave over that of the next coarser one. In two dimensions equal
   * octaves make an amplitude spectrum of 1/f; a little less is nearer to photographs.
   */
  private static final double PERSISTENCE = 0.85;

  /**
   * Of values uniform in −1…1 on a lattice with weights t²(3 − 2t) between: 1/3 for the values, and
   * per axis the mean of the sum of squared weights, 26/35.
   */
  private static final double LATTICE_VARIANCE = 1.0 / 3 * (26.0 / 35) * (26.0 / 35);

  private Clutter() {}

  static void paint(Canvas canvas, Draws draws) {
    double hue = draws.uniform();
    double brightness = draws.between(0.42, 0.6);
    Colour dark = Colour.of(hue, draws.between(0.12, 0.36), brightness - 0.18);
    Colour light = Colour.of(hue + draws.around(0.18), draws.between(0.08, 0.3), brightness + 0.25);
    double[] shade = noise(canvas.size(), draws);
    double[] tint = noise(canvas.size(), draws);
    Colour accent = Colour.of(draws.uniform(), 0.4, brightness);
    for (int pixel = 0; pixel < shade.length; pixel++) {
      Colour ground = dark.mixed(light, Canvas.clamp(0.5 + 0.3 * shade[pixel]));
      canvas.set(pixel, ground.mixed(accent, Canvas.clamp(0.12 + 0.22 * tint[pixel])));
    }
    int distractors = 4 + draws.below(4);
    for (int i = 0; i < distractors; i++) {
      distract(canvas, draws);
    }
  }

  private static void distract(Canvas canvas, Draws draws) {
    double size = canvas.size();
    Frame frame =
        Frame.pixels(
                draws.uniform() * size, draws.uniform() * size, size * draws.between(0.06, 0.12))
            .turned(draws.uniform() * 2 * Math.PI);
    Region region =
        switch (draws.below(4)) {
          case 0 -> Region.ellipse(1, draws.between(0.3, 0.9));
          case 1 -> Region.stroke(-1, 0, 0.2, 1, 0, draws.between(0.1, 0.4));
          case 2 -> Region.triangle(-0.9, 0.7, 0.9, 0.7, 0, -0.9);
          default -> Region.ring(0.75, 0.22);
        };
    Colour colour = Colour.of(draws.uniform(), 0.3, draws.between(0.3, 0.75));
    int under = ((int) frame.y()) * canvas.size() + (int) frame.x();
    Paint paint = Paint.plain(canvas.get(under).mixed(colour, 0.6));
    canvas.paint(Canvas.BACKGROUND, frame, region, 1.3, paint, 0);
  }

  /** Octaves of interpolated lattice noise, scaled to a standard deviation near 1. */
  private static double[] noise(int size, Draws draws) {
    double[] sum = new double[size * size];
    double amplitude = 1;
    double variance = 0;
    for (int cells = COARSEST_CELLS; cells <= size; cells *= 2) {
      octave(sum, size, cells, amplitude, draws);
      variance += amplitude * amplitude * LATTICE_VARIANCE;
      amplitude *= PERSISTENCE;
    }
    double scale = 1 / Math.sqrt(variance);
    for (int i = 0; i < sum.length; i++) {
      sum[i] *= scale;
    }
    return sum;
  }

  private static void octave(double[] sum, int size, int cells, double amplitude, Draws draws) {
    int stride = cells + 1;
    double[] lattice = new double[stride * stride];
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = draws.around(amplitude);
    }
    int[] cell = new int[size];
    double[] weight = new double[size];
    for (int i = 0; i < size; i++) {
      double position = (i + 0.5) * cells / size;
      cell[i] = (int) position;
      double t = position - cell[i];
      weight[i] = t * t * (3 - 2 * t);
    }
    for (int i = 0; i < size; i++) {
      int above = cell[i] * stride;
      for (int j = 0; j < size; j++) {
        int corner = above + cell[j];
        double top = lattice[corner] + weight[j] * (lattice[corner + 1] - lattice[corner]);
        int below = corner + stride;
        double bottom = lattice[below] + weight[j] * (lattice[below + 1] - lattice[below]);
        sum[i * size + j] += top + weight[i] * (bottom - top);
      }
    }
  }
}
