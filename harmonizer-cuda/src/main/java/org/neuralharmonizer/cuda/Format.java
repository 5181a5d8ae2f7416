package org.neuralharmonizer.cuda;

/** How a value is kept in memory; kernels compute with {@code float} in any case. */
enum Format {
  SINGLE("float", Float.BYTES),
  BFLOAT16("bfloat16", Short.BYTES);

  private static final int LOW_HALF = 0xffff;

  private final String word;
  private final int bytes;

  Format(String word, int bytes) {
    this.word = word;
    this.bytes = bytes;
  }

  /** The type in CUDA C++. */
  String word() {
    return word;
  }

  /** Of one value. */
  int bytes() {
    return bytes;
  }

  /** How many floats take as much memory as so many values. */
  int floats(int values) {
    return this == SINGLE ? values : values / 2 + values % 2;
  }

  /** The values that memory holds which was read as floats. */
  float[] values(float[] memory, int count) {
    if (this == SINGLE) {
      return memory;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int pair = Float.floatToRawIntBits(memory[i / 2]);
      values[i] = Float.intBitsToFloat(i % 2 == 0 ? pair << Short.SIZE : pair & ~LOW_HALF);
    }
    return values;
  }
}
