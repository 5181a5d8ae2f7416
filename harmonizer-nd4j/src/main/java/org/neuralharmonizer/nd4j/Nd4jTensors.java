package org.neuralharmonizer.nd4j;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The way between the library's tensors and ND4J's arrays. Tensors are immutable and lie in Java's
 * heap, arrays change and lie outside of it, so going from one to the other copies, in one piece.
 * {@link #view} is for those who want to read an array where it is.
 */
public final class Nd4jTensors {
  private Nd4jTensors() {}

  /**
   * The values of an array, in row-major order whatever its own order and strides are.
   *
   * @param array of floats; a scalar has rank 0
   * @throws IllegalArgumentException if the array holds another type
   * @throws IllegalStateException if the array has been closed
   */
  public static Tensor of(INDArray array) {
    Shape shape = shape(requireFloats(array));
    if (shape.size() == 0) {
      return Tensor.zeros(shape);
    }
    return Tensor.of(shape, array.dup('c').data().asFloat());
  }

  /** A new array of a tensor's values, which the caller owns. */
  public static INDArray toINDArray(Tensor tensor) {
    long[] extents = Views.longs(tensor.shape().extents());
    if (tensor.size() == 0) {
      return Nd4j.create(DataType.FLOAT, extents);
    }
    INDArray line = Nd4j.createFromArray(tensor.toArray());
    return extents.length == 0
        ? Nd4j.scalar(tensor.item()).castTo(DataType.FLOAT)
        : line.reshape(extents);
  }

  /**
   * The memory of an array itself: what changes in one changes in the other. Valid until the array,
   * or the workspace that it belongs to, is closed; reading it later reads whatever is there.
   *
   * @param array of floats, dense and in row-major order, on the processor
   * @throws IllegalArgumentException if it is not
   * @throws IllegalStateException if the array has been closed
   */
  public static FloatBuffer view(INDArray array) {
    requireFloats(array);
    boolean isDense =
        array.ordering() == 'c'
            && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
    if (!Nd4j.getEnvironment().isCPU() || !isDense) {
      throw new IllegalArgumentException(
          "nd4j view: only arrays in the processor's memory, dense and in 'c' order, can be seen as"
              + " they are (strides %s of shape %s) — copy it by dup('c'), or use of()"
                  .formatted(Arrays.toString(array.stride()), Arrays.toString(array.shape())));
    }
    return HostArray.of(array).buffer();
  }

  static INDArray requireFloats(INDArray array) {
    if (array.wasClosed()) {
      throw new IllegalStateException(
          "nd4j array: it has been closed — copy what is needed later by dup()");
    }
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "nd4j array: it holds %s, tensors hold FLOAT — convert it by castTo(DataType.FLOAT)"
              .formatted(array.dataType()));
    }
    return array;
  }

  static Shape shape(INDArray array) {
    return Shape.of(Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray());
  }
}
