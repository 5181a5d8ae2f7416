package org.neuralharmonizer.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/**
 * An immutable, dense, row-major array of floats.
 *
 * <p>Images are N × C × H × W, maps N × H × W. Safe to share between threads. Equality compares
 * shapes and bits, so NaN equals NaN and −0.0 differs from 0.0.
 */
public final class Tensor {
  private static final int SHOWN = 8;

  private final Shape shape;
  private final float[] values;

  private Tensor(Shape shape, float[] values) {
    if (values.length != shape.size()) {
      throw new ShapeException(
          "tensor " + shape + ": needs " + shape.size() + " values, got " + values.length);
    }
    this.shape = shape;
    this.values = values;
  }

  /** A tensor of the given values, which are copied. */
  public static Tensor of(Shape shape, float... values) {
    return new Tensor(shape, values.clone());
  }

  /**
   * A tensor that takes over the array, without a copy; the caller must not touch it afterwards.
   */
  public static Tensor adopt(Shape shape, float[] values) {
    return new Tensor(shape, values);
  }

  /** A tensor of rank 0. */
  public static Tensor scalar(double value) {
    return new Tensor(Shape.SCALAR, new float[] {(float) value});
  }

  /** A tensor of one value throughout. */
  public static Tensor filled(Shape shape, double value) {
    float[] values = new float[shape.size()];
    Arrays.fill(values, (float) value);
    return new Tensor(shape, values);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(Shape shape) {
    return new Tensor(shape, new float[shape.size()]);
  }

  /** A tensor whose values are computed, in row-major order, from their position. */
  public static Tensor generate(Shape shape, IntToDoubleFunction value) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return new Tensor(shape, values);
  }

  /** Tensors of one shape, side by side along a new outermost axis. */
  public static Tensor stack(List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new ShapeException("stack: nothing to stack — give at least one tensor");
    }
    Shape each = parts.get(0).shape;
    float[] values = new float[Math.multiplyExact(parts.size(), each.size())];
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i);
      if (!part.shape.equals(each)) {
        throw new ShapeException(
            "stack: tensor " + i + " is " + part.shape + ", the first is " + each);
      }
      System.arraycopy(part.values, 0, values, i * each.size(), each.size());
    }
    return new Tensor(each.within(parts.size()), values);
  }

  public Shape shape() {
    return shape;
  }

  /** The number of elements. */
  public int size() {
    return values.length;
  }

  /** The element at a position in row-major order. */
  public float value(int position) {
    return values[position];
  }

  /** The element at one index per axis. */
  public float at(int... index) {
    if (index.length != shape.rank()) {
      throw new ShapeException(
          "index " + Arrays.toString(index) + " into a tensor of shape " + shape);
    }
    int position = 0;
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.extent(axis)) {
        throw new ShapeException(
            "index " + Arrays.toString(index) + " into a tensor of shape " + shape);
      }
      position = position * shape.extent(axis) + index[axis];
    }
    return values[position];
  }

  /** The only element of a tensor of size 1. */
  public float item() {
    if (values.length != 1) {
      throw new ShapeException("tensor " + shape + ": holds more than one value");
    }
    return values[0];
  }

  /** A copy of the values in row-major order. */
  public float[] toArray() {
    return values.clone();
  }

  /** Copies all values, in row-major order, into an array from an offset on. */
  public void copyTo(float[] target, int offset) {
    System.arraycopy(values, 0, target, offset, values.length);
  }

  /** Copies {@code count} values, from a position on, into an array from an offset on. */
  public void copyTo(int position, int count, float[] target, int offset) {
    System.arraycopy(values, position, target, offset, count);
  }

  /** The same values under another shape of the same size; nothing is copied. */
  public Tensor reshape(Shape other) {
    return new Tensor(other, values);
  }

  /** The part at one position of the outermost axis, without that axis. */
  public Tensor slice(int position) {
    Shape inner = shape.inner();
    int from = Math.multiplyExact(Objects.checkIndex(position, shape.extent(0)), inner.size());
    return new Tensor(inner, Arrays.copyOfRange(values, from, from + inner.size()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && shape.equals(tensor.shape)
        && Arrays.equals(values, tensor.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  /** The shape and the first values. */
  @Override
  public String toString() {
    String shown = Arrays.toString(Arrays.copyOf(values, Math.min(SHOWN, values.length)));
    return shape + " " + (values.length > SHOWN ? shown.replace("]", ", …]") : shown);
  }
}
