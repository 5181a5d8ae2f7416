package org.neuralharmonizer.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * NumPy's {@code .npy}: one array to a file.
 *
 * <p>Read are truth values, integers of 1 to 8 bytes, signed and unsigned, and floats of 2, 4 and 8
 * bytes; little and big endian; C and Fortran order; scalars and empty arrays; header versions 1.0
 * to 3.0. Refused by name are Python objects, strings, complex numbers and all else. What a float
 * cannot hold (integers beyond 2²⁴, doubles) is rounded to the nearest, ties to even; beyond the
 * range it becomes an infinity. {@link #readDoubles} rounds only integers beyond 2⁵³.
 *
 * <p>Format: <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">
 * numpy.lib.format</a>.
 */
public final class Npy {
  private static final int PREFIX = 10;
  private static final int ALIGNMENT = 64;
  private static final int BLOCK = 1 << 14;

  private Npy() {}

  /**
   * The array of a file, in row-major order.
   *
   * @throws MalformedFileException if the file is damaged or holds no numbers
   * @throws IOException if the file cannot be read
   */
  public static Tensor read(Path file) throws IOException {
    return read(file, ReadLimits.standard());
  }

  /** As {@link #read(Path)}, within other limits. */
  public static Tensor read(Path file, ReadLimits limits) throws IOException {
    try (Source source = Source.open(file)) {
      NpyDecoder decoder =
          NpyDecoder.open(source.name(), "the array", source.stream(), source.length());
      decoder.budget(0, limits);
      return decoder.tensor();
    }
  }

  /** As {@link #read(Path)}, in double precision. */
  public static DoubleArray readDoubles(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      NpyDecoder decoder =
          NpyDecoder.open(source.name(), "the array", source.stream(), source.length());
      decoder.budgetOfDoubles(ReadLimits.standard());
      return decoder.doubles();
    }
  }

  /**
   * Writes a tensor as little-endian float32 in C order, version 1.0; atomically.
   *
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    AtomicFiles.write(file, out -> write(out, tensor));
  }

  static void write(OutputStream out, Tensor tensor) throws IOException {
    out.write(header(tensor.shape()));
    writeValues(out, tensor);
  }

  static byte[] header(Shape shape) {
    String extents =
        IntStream.of(shape.extents()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String tuple = "(" + extents + (shape.rank() == 1 ? ",)" : ")");
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': " + tuple + ", }";
    // NumPy pads with blanks and a line break so that the values start at a multiple of 64.
    int blanks = Math.floorMod(-(PREFIX + text.length() + 1), ALIGNMENT);
    byte[] padded = (text + " ".repeat(blanks) + "\n").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(PREFIX + padded.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) padded.length)
        .put(padded)
        .array();
  }

  /** Little-endian float32, without a copy of the whole. */
  static void writeValues(OutputStream out, Tensor tensor) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(Float.BYTES * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.size(); i++) {
      block.putFloat(tensor.value(i));
      if (!block.hasRemaining() || i == tensor.size() - 1) {
        out.write(block.array(), 0, block.position());
        block.clear();
      }
    }
  }
}
