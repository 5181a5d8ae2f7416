package org.neuralharmonizer.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An npy array as a column of a table: numbers ({@code Double}), texts, rows of numbers, or
 * Python's objects as {@link NumpyUnpickler} reads them.
 */
final class NpyColumn {
  private static final Charset UTF_32 = Charset.forName("UTF-32LE");
  private static final int CODE_POINT = 4;

  private NpyColumn() {}

  /**
   * Reads it, without what follows the values.
   *
   * @param length of the whole array as the file has it
   */
  static List<Object> read(String file, String what, InputStream in, long length)
      throws IOException {
    NpyHeader.Untyped header = NpyHeader.untyped(file, what, in, length);
    int rank = header.shape().rank();
    if (rank < 1 || rank > 2) {
      throw MalformedFileException.of(
          file, what + " has the shape " + header.shape(), "give one value or list for each row");
    }
    String kind = header.descr().replaceFirst("^[<>|=]", "");
    if (kind.startsWith("O") && rank == 1) {
      return objects(file, what, in, header);
    }
    if (kind.matches("[US]\\d{1,6}") && rank == 1) {
      return texts(file, what, in, length, header, kind);
    }
    ElementType type = header.numbers(file, what);
    requireFilled(file, what, length, header, type.bytes());
    try {
      return rows(type.doubles(in, header.shape().size(), header.order()), header);
    } catch (EOFException e) {
      throw MalformedFileException.of(file, what + ": " + e.getMessage(), "copy it again", e);
    }
  }

  private static List<Object> objects(
      String file, String what, InputStream in, NpyHeader.Untyped header) throws IOException {
    Object loaded = new NumpyUnpickler(file, in).load();
    if (loaded instanceof NumpyUnpickler.Array array
        && array.values().size() == header.shape().size()) {
      return array.values();
    }
    throw MalformedFileException.of(
        file, what + " of shape " + header.shape() + " holds something else", "copy it again");
  }

  private static List<Object> texts(
      String file, String what, InputStream in, long length, NpyHeader.Untyped header, String kind)
      throws IOException {
    boolean isUnicode = kind.startsWith("U");
    int bytes = Integer.parseInt(kind.substring(1)) * (isUnicode ? CODE_POINT : 1);
    requireFilled(file, what, length, header, bytes);
    if (header.order() == ByteOrder.BIG_ENDIAN) {
      throw MalformedFileException.of(
          file, what + " has big-endian texts", "save it on a little-endian machine");
    }
    List<Object> texts = new ArrayList<>();
    for (int i = 0; i < header.shape().size(); i++) {
      byte[] read = in.readNBytes(bytes);
      if (read.length < bytes) {
        throw MalformedFileException.of(file, what + " ends too early", "copy it again");
      }
      Charset charset = isUnicode ? UTF_32 : StandardCharsets.US_ASCII;
      String padded = charset.decode(ByteBuffer.wrap(read)).toString();
      int end = padded.indexOf('\0');
      texts.add(end < 0 ? padded : padded.substring(0, end));
    }
    return texts;
  }

  private static List<Object> rows(double[] values, NpyHeader.Untyped header) {
    List<Object> all = new ArrayList<>();
    for (double value : values) {
      all.add(value);
    }
    if (header.shape().rank() == 1) {
      return all;
    }
    int rows = header.shape().extent(0);
    int columns = header.shape().extent(1);
    boolean isFortran = header.layout() == NpyHeader.Layout.FORTRAN;
    List<Object> lists = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      List<Object> list = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        list.add(all.get(isFortran ? column * rows + row : row * columns + column));
      }
      lists.add(list);
    }
    return lists;
  }

  private static void requireFilled(
      String file, String what, long length, NpyHeader.Untyped header, int bytes)
      throws MalformedFileException {
    long needed = (long) header.shape().size() * bytes;
    if (needed != length - header.length()) {
      throw MalformedFileException.of(
          file,
          "%s of shape %s needs %d bytes, %d follow"
              .formatted(what, header.shape(), needed, length - header.length()),
          "the file is damaged");
    }
  }
}
