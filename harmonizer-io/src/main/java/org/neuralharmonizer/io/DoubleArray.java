package org.neuralharmonizer.io;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * An immutable, dense, row-major array in double precision, as read from a file; for values that a
 * {@link Tensor} of floats would round.
 */
public final class DoubleArray {
  private final Shape shape;
  private final double[] values;

  DoubleArray(Shape shape, double[] values) {
    this.shape = shape;
    this.values = values;
  }

  public Shape shape() {
    return shape;
  }

  /** The element at a position in row-major order. */
  public double value(int position) {
    return values[position];
  }

  /** A copy of the values in row-major order. */
  public double[] toArray() {
    return values.clone();
  }

  /** The same values rounded to floats. */
  public Tensor toTensor() {
    return Tensor.generate(shape, i -> values[i]);
  }
}
