package org.neuralharmonizer.study.networks;

/**
 * The part of pictures that a network sees, and its size.
 *
 * @param size height and width in pixels of what the network is given
 * @param share of the height of a picture's central square that is taken
 */
public record Framing(int size, double share) {

  /** The whole central square. */
  public static Framing whole(int size) {
    return new Framing(size, 1);
  }

  /** The height of what is taken of a picture, at least one pixel. */
  public int side(int height, int width) {
    return (int) Math.max(1, Math.round(Math.min(height, width) * share));
  }
}
