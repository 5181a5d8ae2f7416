package org.neuralharmonizer.io;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Shape;

/** Shapes as files declare them, believed only after a look. */
final class Extents {
  /** NumPy's own bound. */
  private static final int RANK = 64;

  private Extents() {}

  /** A shape of declared extents; {@code what} names the array in the error. */
  static Shape shape(String file, String what, long[] extents) throws MalformedFileException {
    if (extents.length > RANK) {
      throw MalformedFileException.of(
          file, what + " has " + extents.length + " axes", "give at most " + RANK);
    }
    long product = 1;
    int[] narrow = new int[extents.length];
    for (int axis = 0; axis < extents.length; axis++) {
      long extent = extents[axis];
      if (extent < 0 || extent > Integer.MAX_VALUE) {
        throw tooLarge(file, what, extents);
      }
      narrow[axis] = (int) extent;
      product = Math.multiplyHigh(product, extent) == 0 ? product * extent : Long.MAX_VALUE;
      if (product < 0 || product > Integer.MAX_VALUE - 8) {
        throw tooLarge(file, what, extents);
      }
    }
    return Shape.of(narrow);
  }

  private static MalformedFileException tooLarge(String file, String what, long[] extents) {
    return MalformedFileException.of(
        file,
        what + " declares the shape " + Arrays.toString(extents),
        "extents must not be negative and their product must be below 2^31; check the file");
  }

  /** Adds an array to what a file has decoded so far, and refuses what is beyond the limit. */
  static long budget(
      String file, String what, long used, Shape shape, int bytesPerElement, ReadLimits limits)
      throws MalformedFileException {
    long total = used + (long) shape.size() * bytesPerElement;
    if (total > limits.decodedBytes()) {
      throw MalformedFileException.of(
          file,
          what + " of shape " + shape + " brings the decoded size to " + total + " bytes",
          "the limit is " + limits.decodedBytes() + "; pass larger ReadLimits if this is meant");
    }
    return total;
  }
}
