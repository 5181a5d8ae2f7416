package org.neuralharmonizer.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The numbers that files hold, and their conversion. To float and to double alike: to the nearest,
 * ties to even, beyond the range to an infinity; NaN stays NaN; a truth value is 1 for any byte but
 * 0.
 */
public enum ElementType {
  BOOL(1) {
    @Override
    public double number(ByteBuffer source) {
      return source.get() == 0 ? 0 : 1;
    }
  },
  I8(1) {
    @Override
    public double number(ByteBuffer source) {
      return source.get();
    }
  },
  U8(1) {
    @Override
    public double number(ByteBuffer source) {
      return Byte.toUnsignedInt(source.get());
    }
  },
  I16(2) {
    @Override
    public double number(ByteBuffer source) {
      return source.getShort();
    }
  },
  U16(2) {
    @Override
    public double number(ByteBuffer source) {
      return Short.toUnsignedInt(source.getShort());
    }
  },
  I32(4) {
    @Override
    public double number(ByteBuffer source) {
      return source.getInt();
    }
  },
  U32(4) {
    @Override
    public double number(ByteBuffer source) {
      return Integer.toUnsignedLong(source.getInt());
    }
  },
  I64(8) {
    @Override
    public double number(ByteBuffer source) {
      return source.getLong();
    }

    @Override
    public float single(ByteBuffer source) {
      // Through double it would be rounded twice.
      return source.getLong();
    }
  },
  U64(8) {
    @Override
    public double number(ByteBuffer source) {
      long bits = source.getLong();
      return bits >= 0 ? bits : 2.0 * halved(bits);
    }

    @Override
    public float single(ByteBuffer source) {
      long bits = source.getLong();
      return bits >= 0 ? bits : 2f * halved(bits);
    }
  },
  F16(2) {
    @Override
    public double number(ByteBuffer source) {
      return half(source.getShort());
    }
  },
  BF16(2) {
    @Override
    public double number(ByteBuffer source) {
      return Float.intBitsToFloat(source.getShort() << 16);
    }
  },
  F32(4) {
    @Override
    public double number(ByteBuffer source) {
      return source.getFloat();
    }

    @Override
    public float single(ByteBuffer source) {
      return source.getFloat();
    }
  },
  F64(8) {
    @Override
    public double number(ByteBuffer source) {
      return source.getDouble();
    }
  };

  /** A multiple of every element's size. */
  private static final int BLOCK = 1 << 16;

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** The next number, and the position moves on; in the buffer's order of bytes. */
  public abstract double number(ByteBuffer source);

  /** As {@link #number}, rounded once. */
  public float single(ByteBuffer source) {
    return (float) number(source);
  }

  /** Reads that many elements; an early end of the stream is an {@link EOFException}. */
  float[] floats(InputStream in, int count, ByteOrder order) throws IOException {
    float[] values = new float[count];
    byte[] block = new byte[(int) Math.min(BLOCK, (long) count * bytes)];
    for (int done = 0; done < count; ) {
      ByteBuffer source = fill(in, block, count - done).order(order);
      int part = source.remaining() / bytes;
      if (this == F32) {
        source.asFloatBuffer().get(values, done, part);
      } else {
        for (int i = 0; i < part; i++) {
          values[done + i] = single(source);
        }
      }
      done += part;
    }
    return values;
  }

  /** As {@link #floats}, in double precision. */
  double[] doubles(InputStream in, int count, ByteOrder order) throws IOException {
    double[] values = new double[count];
    byte[] block = new byte[(int) Math.min(BLOCK, (long) count * bytes)];
    for (int done = 0; done < count; ) {
      ByteBuffer source = fill(in, block, count - done).order(order);
      int part = source.remaining() / bytes;
      for (int i = 0; i < part; i++) {
        values[done + i] = number(source);
      }
      done += part;
    }
    return values;
  }

  private ByteBuffer fill(InputStream in, byte[] block, int left) throws IOException {
    int length = (int) Math.min(block.length, (long) left * bytes);
    int got = in.readNBytes(block, 0, length);
    if (got < length) {
      throw new EOFException((long) left * bytes - got + " bytes of an array are missing");
    }
    return ByteBuffer.wrap(block, 0, length);
  }

  /** Half of an unsigned number, its lost bit kept in the last place so that rounding is right. */
  private static long halved(long bits) {
    return (bits >>> 1) | (bits & 1);
  }

  /** IEEE 754 binary16, every value of which is a float. */
  static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
