package org.neuralharmonizer.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neuralharmonizer.tensor.Shape;

/**
 * The first part of an npy array: magic, version, and a Python dictionary of element type, order
 * and shape (NumPy Enhancement Proposal 1 and {@code numpy.lib.format}, versions 1.0 to 3.0).
 */
record NpyHeader(ElementType type, ByteOrder order, Layout layout, Shape shape, long length) {
  /** The axis that varies fastest: the last in C, the first in Fortran. */
  enum Layout {
    C,
    FORTRAN
  }

  private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Far above the header of any array of numbers. */
  private static final long LONGEST = 1 << 16;

  private static final Pattern MEMBER =
      Pattern.compile(
          "\\s*+(?:'(\\w++)'|\"(\\w++)\")\\s*+:\\s*+"
              + "('[^']*+'|\"[^\"]*+\"|True|False|\\([^()\\[\\]{}]*+\\)|\\[.*+|\\S)\\s*+(,?)",
          Pattern.DOTALL);
  private static final Pattern TUPLE =
      Pattern.compile("\\(\\s*+(?:\\d{1,19}L?+\\s*+,\\s*+)*+(?:\\d{1,19}L?+\\s*+)?+\\)");
  private static final Pattern EXTENT = Pattern.compile("\\d++");
  private static final Pattern NUMERIC = Pattern.compile("([<>|=]?)([biuf])(\\d{1,2})");

  /** A header whose type has not been looked at: {@code descr} as NumPy writes it. */
  record Untyped(String descr, ByteOrder order, Layout layout, Shape shape, long length) {
    /** What stands for its numbers. */
    ElementType numbers(String file, String what) throws MalformedFileException {
      return type(file, what, descr);
    }
  }

  /** Reads the header; {@code available} is the length of the whole array as the file has it. */
  static NpyHeader read(String file, String what, InputStream in, long available)
      throws IOException {
    Untyped header = untyped(file, what, in, available);
    return new NpyHeader(
        header.numbers(file, what),
        header.order(),
        header.layout(),
        header.shape(),
        header.length());
  }

  /** The same of an array of anything but structures. */
  static Untyped untyped(String file, String what, InputStream in, long available)
      throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw MalformedFileException.of(
          file, what + " does not begin as npy does", "give a file written by numpy.save");
    }
    int major = start[6];
    if (major < 1 || major > 3 || start[7] != 0) {
      throw MalformedFileException.of(
          file,
          what + " is of npy version " + (major & 0xff) + "." + (start[7] & 0xff),
          "versions 1.0, 2.0 and 3.0 are known");
    }
    int field = major == 1 ? 2 : 4;
    ByteBuffer size = ByteBuffer.wrap(in.readNBytes(field)).order(ByteOrder.LITTLE_ENDIAN);
    if (size.remaining() < field) {
      throw truncated(file, what);
    }
    long length = field == 2 ? size.getShort() & 0xffff : size.getInt() & 0xffffffffL;
    if (length > LONGEST || 8 + field + length > available) {
      throw MalformedFileException.of(
          file, what + " declares a header of " + length + " bytes", "the file is damaged");
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw truncated(file, what);
    }
    Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return parse(file, what, new String(text, charset), 8 + field + length);
  }

  private static Untyped parse(String file, String what, String text, long length)
      throws MalformedFileException {
    Map<String, String> members = members(file, what, text.strip());
    String fortran = members.get("fortran_order");
    String shape = members.get("shape");
    if (!(fortran.equals("True") || fortran.equals("False")) || !TUPLE.matcher(shape).matches()) {
      throw unreadable(file, what, text);
    }
    String descr = members.get("descr");
    ByteOrder order = descr.contains(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new Untyped(
        bare(descr),
        order,
        fortran.equals("True") ? Layout.FORTRAN : Layout.C,
        shape(file, what, shape),
        length);
  }

  /** Exactly the three members that the format prescribes, in any order. */
  private static Map<String, String> members(String file, String what, String text)
      throws MalformedFileException {
    if (!text.startsWith("{") || !text.endsWith("}")) {
      throw unreadable(file, what, text);
    }
    Map<String, String> members = new HashMap<>();
    int position = 1;
    int end = text.length() - 1;
    Matcher matcher = MEMBER.matcher(text);
    for (boolean more = true; more && matcher.region(position, end).lookingAt(); ) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      if (members.put(name, matcher.group(3)) != null) {
        throw unreadable(file, what, text);
      }
      position = matcher.end();
      more = !matcher.group(4).isEmpty();
    }
    String descr = members.get("descr");
    if (descr != null && descr.startsWith("[")) {
      throw refused(file, what, descr, "a structure of several fields");
    }
    if (!text.substring(position, end).isBlank() || !members.keySet().equals(KEYS)) {
      throw unreadable(file, what, text);
    }
    return members;
  }

  /** Without quotes. */
  private static String bare(String descr) {
    return descr.length() < 2 ? "" : descr.substring(1, descr.length() - 1);
  }

  /** What a dtype such as {@code <i8} stands for. */
  static ElementType type(String file, String what, String bare) throws MalformedFileException {
    Matcher matcher = NUMERIC.matcher(bare);
    if (!matcher.matches() || matcher.group(1).equals("=")) {
      throw refused(file, what, bare, kind(bare));
    }
    return switch (matcher.group(2) + matcher.group(3)) {
      case "b1" -> ElementType.BOOL;
      case "i1" -> ElementType.I8;
      case "i2" -> ElementType.I16;
      case "i4" -> ElementType.I32;
      case "i8" -> ElementType.I64;
      case "u1" -> ElementType.U8;
      case "u2" -> ElementType.U16;
      case "u4" -> ElementType.U32;
      case "u8" -> ElementType.U64;
      case "f2" -> ElementType.F16;
      case "f4" -> ElementType.F32;
      case "f8" -> ElementType.F64;
      default -> throw refused(file, what, bare, "of a size that is not read");
    };
  }

  private static String kind(String descr) {
    char letter = descr.replaceFirst("^[<>|=]", "").concat(" ").charAt(0);
    return switch (letter) {
      case 'O' -> "Python objects, which would have to be executed";
      case 'S', 'a' -> "byte strings";
      case 'U' -> "strings";
      case 'c' -> "complex numbers";
      case 'M', 'm' -> "dates or durations";
      case 'V' -> "raw bytes";
      default -> "not known";
    };
  }

  private static Shape shape(String file, String what, String tuple) throws MalformedFileException {
    long[] extents;
    try {
      extents =
          EXTENT
              .matcher(tuple)
              .results()
              .mapToLong(digits -> Long.parseLong(digits.group()))
              .toArray();
    } catch (NumberFormatException e) {
      throw MalformedFileException.of(
          file, what + " declares the shape " + tuple, "the file is damaged", e);
    }
    // In Python "(3)" is a number and only "(3,)" a tuple.
    if (extents.length == 1 && tuple.indexOf(',') < 0) {
      throw MalformedFileException.of(
          file, what + " declares the shape " + tuple, "the file is damaged");
    }
    return Extents.shape(file, what, extents);
  }

  private static MalformedFileException refused(
      String file, String what, String descr, String kind) {
    return MalformedFileException.of(
        file,
        what + " has the dtype " + MalformedFileException.quote(descr) + ", " + kind,
        "save it as bool, integers or floats of 2, 4 or 8 bytes");
  }

  private static MalformedFileException unreadable(String file, String what, String text) {
    return MalformedFileException.of(
        file,
        what + " has the header " + MalformedFileException.quote(text),
        "it must give descr, fortran_order and shape");
  }

  private static MalformedFileException truncated(String file, String what) {
    return MalformedFileException.of(file, what + " ends within its header", "copy it again");
  }
}
