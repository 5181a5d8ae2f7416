package org.neuralharmonizer.nd4j;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.tensor.Shape;

/** Arrays that share the memory of others. */
final class Views {
  private Views() {}

  /** A part of an array of one axis. */
  static INDArray of(INDArray line, long offset, int[] extents, int[] strides) {
    return Nd4j.create(line.data(), longs(extents), longs(strides), offset, 'c');
  }

  /** The same elements of a dense array under another shape. */
  static INDArray reshaped(INDArray dense, int... extents) {
    return part(dense, 0, extents, strides(extents));
  }

  /** Some elements of a dense array. */
  static INDArray part(INDArray dense, int start, int[] extents, int[] strides) {
    return Nd4j.create(dense.data(), longs(extents), longs(strides), dense.offset() + start, 'c');
  }

  /** Row-major. */
  static int[] strides(int[] extents) {
    return Shape.of(extents).strides();
  }

  static int size(int[] extents) {
    return Shape.of(extents).size();
  }

  static long[] longs(int... values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
