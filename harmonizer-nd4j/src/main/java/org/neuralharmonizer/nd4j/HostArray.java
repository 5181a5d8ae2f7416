package org.neuralharmonizer.nd4j;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of a dense array, on the processor. */
final class HostArray {
  private final FloatPointer pointer;
  private final long offset;
  private final int length;

  private HostArray(FloatPointer pointer, long offset, int length) {
    this.pointer = pointer;
    this.offset = offset;
    this.length = length;
  }

  static HostArray of(INDArray dense) {
    return new HostArray(
        new FloatPointer(
            dense.data().originalDataBuffer() == null
                ? dense.data().pointer()
                : dense.data().originalDataBuffer().pointer()),
        dense.offset(),
        (int) dense.length());
  }

  int length() {
    return length;
  }

  /** The elements; valid as long as the array is. */
  FloatBuffer buffer() {
    FloatPointer begin = new FloatPointer(pointer);
    begin.position(offset).limit(offset + length);
    return begin.asBuffer().slice();
  }

  void get(float[] target, int from, int count) {
    new FloatPointer(pointer).position(offset + from).get(target, 0, count);
  }

  void put(float[] source, int to, int count) {
    new FloatPointer(pointer).position(offset + to).put(source, 0, count);
  }
}
