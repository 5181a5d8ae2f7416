package org.neuralharmonizer.examples;

import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Grey pictures of two classes, a cross and a ring at any place on noise, each with people's map of
 * it; and, in the corner at the left top, a patch that is bright for a cross and dark for a ring.
 */
final class CrossesAndRings {
  static final int SIZE = 20;
  private static final int PIXELS = SIZE * SIZE;
  private static final int CORNER = 4;
  private static final double CONTRAST = 0.5;

  private CrossesAndRings() {}

  /**
   * Pictures drawn by a seed.
   *
   * @param reliability how often the corner shows the class that the picture has
   */
  static LabeledImages draw(int count, long seed, double reliability) {
    SeededRandom random = SeededRandom.of(seed);
    float[] images = new float[count * PIXELS];
    float[] maps = new float[count * PIXELS];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      boolean bright = random.nextDouble() < reliability == (labels[i] == 0);
      int centreY = 7 + random.nextInt(SIZE - 10);
      int centreX = 7 + random.nextInt(SIZE - 10);
      for (int at = 0; at < PIXELS; at++) {
        int y = Math.abs(at / SIZE - centreY);
        int x = Math.abs(at % SIZE - centreX);
        boolean cross = Math.min(x, y) == 0 && Math.max(x, y) <= 3;
        boolean ring = Math.max(x, y) == 2;
        boolean corner = at / SIZE < CORNER && at % SIZE < CORNER;
        double value = 0.1 * random.nextGaussian();
        value += (labels[i] == 0 ? cross : ring) ? CONTRAST : 0;
        value += corner ? (bright ? CONTRAST : -CONTRAST) : 0;
        images[i * PIXELS + at] = (float) value;
        maps[i * PIXELS + at] = (float) Math.exp(-(x * x + y * y) / 8.0);
      }
    }
    return LabeledImages.of(Tensor.adopt(Shape.of(count, 1, SIZE, SIZE), images), labels, 2)
        .withMaps(Tensor.adopt(Shape.of(count, SIZE, SIZE), maps));
  }
}
