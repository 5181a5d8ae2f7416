package org.neuralharmonizer.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as bytes, which Java's serialization copies where it would write floats one by one. */
final class Floats {
  private Floats() {}

  static byte[] bytes(float[] values, int from, int to) {
    byte[] bytes = new byte[Math.multiplyExact(to - from, Float.BYTES)];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(values, from, to - from);
    return bytes;
  }

  static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    copy(bytes, values, 0);
    return values;
  }

  static void copy(byte[] bytes, float[] values, int from) {
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values, from, bytes.length / Float.BYTES);
  }
}
