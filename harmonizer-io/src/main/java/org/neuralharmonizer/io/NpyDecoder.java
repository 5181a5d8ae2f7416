package org.neuralharmonizer.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** One npy array out of a stream, for a file by itself and for a member of an archive. */
final class NpyDecoder {
  /** Elements of that many bytes are held once more while a Fortran array is turned. */
  private static final int FLOAT = 4;

  private static final int DOUBLE = 8;

  private final String file;
  private final String what;
  private final InputStream in;
  private final NpyHeader header;

  private NpyDecoder(String file, String what, InputStream in, NpyHeader header) {
    this.file = file;
    this.what = what;
    this.in = in;
    this.header = header;
  }

  /** Reads the header and checks that the array fills the {@code length} bytes exactly. */
  static NpyDecoder open(String file, String what, InputStream in, long length) throws IOException {
    NpyHeader header = NpyHeader.read(file, what, in, length);
    long data = length - header.length();
    long needed = (long) header.shape().size() * header.type().bytes();
    if (needed > data) {
      throw MalformedFileException.of(
          file,
          what + " of shape " + header.shape() + " needs " + needed + " bytes, " + data + " follow",
          "the file is cut off or its header is wrong");
    }
    if (needed < data) {
      throw MalformedFileException.of(
          file,
          (data - needed) + " bytes follow " + what + " of shape " + header.shape(),
          "give one array per file");
    }
    return new NpyDecoder(file, what, in, header);
  }

  /** Adds this array to the bytes decoded so far, and refuses what is beyond the limit. */
  long budget(long used, ReadLimits limits) throws MalformedFileException {
    return Extents.budget(file, what, used, header.shape(), FLOAT, limits);
  }

  long budgetOfDoubles(ReadLimits limits) throws MalformedFileException {
    return Extents.budget(file, what, 0, header.shape(), DOUBLE, limits);
  }

  Tensor tensor() throws IOException {
    Shape shape = header.shape();
    try {
      float[] values = header.type().floats(in, shape.size(), header.order());
      if (turned()) {
        float[] stored = values;
        float[] rowMajor = new float[stored.length];
        fromFortran(shape, (from, to) -> rowMajor[to] = stored[from]);
        values = rowMajor;
      }
      return Tensor.adopt(shape, values);
    } catch (EOFException e) {
      throw cutOff(e);
    }
  }

  DoubleArray doubles() throws IOException {
    Shape shape = header.shape();
    try {
      double[] values = header.type().doubles(in, shape.size(), header.order());
      if (turned()) {
        double[] stored = values;
        double[] rowMajor = new double[stored.length];
        fromFortran(shape, (from, to) -> rowMajor[to] = stored[from]);
        values = rowMajor;
      }
      return new DoubleArray(shape, values);
    } catch (EOFException e) {
      throw cutOff(e);
    }
  }

  private MalformedFileException cutOff(EOFException e) {
    return MalformedFileException.of(file, what + ": " + e.getMessage(), "copy it again", e);
  }

  private boolean turned() {
    return header.layout() == NpyHeader.Layout.FORTRAN && header.shape().rank() > 1;
  }

  @FunctionalInterface
  private interface Move {
    void element(int from, int to);
  }

  /** Visits every element in Fortran order, with its position in row-major order. */
  private static void fromFortran(Shape shape, Move move) {
    int[] extents = shape.extents();
    int[] strides = shape.strides();
    int[] index = new int[extents.length];
    int to = 0;
    for (int from = 0; from < shape.size(); from++) {
      move.element(from, to);
      for (int axis = 0; axis < extents.length; axis++) {
        to += strides[axis];
        if (++index[axis] < extents[axis]) {
          break;
        }
        to -= strides[axis] * extents[axis];
        index[axis] = 0;
      }
    }
  }
}
