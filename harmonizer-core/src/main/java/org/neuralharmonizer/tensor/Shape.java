package org.neuralharmonizer.tensor;

import java.util.Arrays;

/**
 * The extents of a tensor, outermost axis first. A scalar has rank 0 and size 1; an extent may be
 * 0.
 *
 * <p>Immutable. Sizes are limited to {@link Integer#MAX_VALUE} elements, the length of a Java
 * array.
 */
public final class Shape {
  /** Rank 0, one element. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] extents;
  private final int size;

  private Shape(int[] extents) {
    this.extents = extents;
    long product = 1;
    for (int extent : extents) {
      if (extent < 0) {
        throw new ShapeException(
            "shape " + Arrays.toString(extents) + ": extents must not be negative");
      }
      product = Math.multiplyExact(product, (long) extent);
      if (product > Integer.MAX_VALUE) {
        throw new ShapeException(
            "shape "
                + Arrays.toString(extents)
                + ": more than 2^31 - 1 elements — split the batch");
      }
    }
    this.size = (int) product;
  }

  /** A shape of the given extents, outermost first. */
  public static Shape of(int... extents) {
    return extents.length == 0 ? SCALAR : new Shape(extents.clone());
  }

  /** The number of axes. */
  public int rank() {
    return extents.length;
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  /** The extent of an axis; −1 is the innermost, −2 the one before it. */
  public int extent(int axis) {
    return extents[axis(axis)];
  }

  /**
   * The axis counted from the outside, for one that may be counted from the inside as −1, −2, ….
   */
  public int axis(int axis) {
    int counted = axis < 0 ? axis + rank() : axis;
    if (counted < 0 || counted >= rank()) {
      throw new ShapeException("axis " + axis + " of a shape of rank " + rank() + " " + this);
    }
    return counted;
  }

  /** A copy of the extents. */
  public int[] extents() {
    return extents.clone();
  }

  /** This shape with one extent replaced. */
  public Shape with(int axis, int extent) {
    int[] changed = extents.clone();
    changed[axis(axis)] = extent;
    return new Shape(changed);
  }

  /** This shape without its outermost axis. */
  public Shape inner() {
    if (rank() == 0) {
      throw new ShapeException("a scalar has no outermost axis to drop");
    }
    return of(Arrays.copyOfRange(extents, 1, rank()));
  }

  /** This shape inside a new outermost axis. */
  public Shape within(int outermost) {
    int[] grown = new int[rank() + 1];
    grown[0] = outermost;
    System.arraycopy(extents, 0, grown, 1, rank());
    return new Shape(grown);
  }

  /** Elements between neighbours along each axis, in row-major order. */
  public int[] strides() {
    int[] strides = new int[rank()];
    int step = 1;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= extents[axis];
    }
    return strides;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** The extents in brackets, such as {@code [8, 3, 64, 64]}. */
  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
