package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class NpyTest {
  @TempDir Path folder;

  @Test
  void readsTheReferenceFiles() throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("npy");
    Map<?, ?> expected = (Map<?, ?>) Json.read(reference.resolve("expected.json"));
    int seen = 0;
    for (Map.Entry<?, ?> file : expected.entrySet()) {
      String name = (String) file.getKey();
      if (name.endsWith(".npy")) {
        Map<?, ?> array = (Map<?, ?>) file.getValue();
        assertArray(Npy.readDoubles(reference.resolve(name)), array, "c_order_values");
        assertThat(Npy.read(reference.resolve(name)))
            .isEqualTo(Npy.readDoubles(reference.resolve(name)).toTensor());
        seen++;
      }
    }
    assertThat(seen).isEqualTo(14);
  }

  /** Compares with values as Python prints them. */
  static void assertArray(DoubleArray actual, Map<?, ?> expected, String key) {
    List<?> shape = (List<?>) expected.get("shape");
    List<?> values = (List<?>) expected.get(key);
    assertThat(actual.shape())
        .isEqualTo(Shape.of(shape.stream().mapToInt(n -> ((Long) n).intValue()).toArray()));
    double[] numbers = values.stream().mapToDouble(v -> number((String) v)).toArray();
    assertThat(actual.toArray()).isEqualTo(numbers);
  }

  private static double number(String python) {
    return switch (python) {
      case "True" -> 1;
      case "False" -> 0;
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(python);
    };
  }

  @Test
  void writesAsNumPyDoes() throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("npy/f4_c.npy");
    Path file = folder.resolve("a.npy");
    Npy.write(file, Npy.read(reference));
    assertThat(file).hasSameBinaryContentAs(reference);
    Path empty = ReferenceData.folder("file-formats").resolve("npy/empty.npy");
    Npy.write(file, Npy.read(empty));
    assertThat(file).hasSameBinaryContentAs(empty);
  }

  @Test
  void survivesTheRoundTrip() throws IOException {
    Path file = folder.resolve("a.npy");
    for (Shape shape :
        List.of(
            Shape.SCALAR,
            Shape.of(0),
            Shape.of(3),
            Shape.of(70_001),
            Shape.of(2, 0, 5),
            Shape.of(2, 3, 4, 5))) {
      Tensor tensor = Tensor.generate(shape, i -> i % 7 == 0 ? Double.NaN : Math.sin(i));
      Npy.write(file, tensor);
      assertThat(Npy.read(file)).isEqualTo(tensor);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // 2^24 + 1 lies between two floats and goes to the even one; 2^53 + 1 likewise for doubles.
    "<i4, 16777217, 16777216, 16777217",
    "<i4, 16777219, 16777220, 16777219",
    "<i8, 9007199254740993, 9007199254740992, 9007199254740992",
    // Rounded once: through double this would be a tie and go down.
    "<i8, 9007199791611905, 9007200328482816, 9007199791611904",
    "<u8, -1, 18446744073709551616, 18446744073709551616",
    "<u8, -9223372036854775808, 9223372036854775808, 9223372036854775808",
    "<u4, 4294967295, 4294967296, 4294967295",
    "<u2, 65535, 65535, 65535",
    "|i1, -128, -128, -128"
  })
  void roundsIntegersToTheNearest(String dtype, long bits, double single, double number)
      throws IOException {
    Path file = folder.resolve("a.npy");
    int bytes = dtype.charAt(2) - '0';
    byte[] value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array();
    Files.write(file, npy(1, header(dtype, "()"), Arrays.copyOf(value, bytes)));
    assertThat(Npy.read(file).item()).isEqualTo((float) single);
    assertThat(Npy.readDoubles(file).value(0)).isEqualTo(number);
  }

  @Test
  void everyHalfIsRight() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double magnitude =
          exponent == 31
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? fraction * Math.pow(2, -24)
                  : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
      double expected = bits >= 1 << 15 ? -magnitude : magnitude;
      assertThat(ElementType.half((short) bits)).isEqualTo(Float.valueOf((float) expected));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'shape':(2,),'fortran_order':False,'descr':'<f4'}",
        "{\"descr\": \"<f4\", \"fortran_order\": True, \"shape\": (2L,), } \n",
        "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , ) , }"
      })
  void headersMayBeWrittenInManyWays(String header) throws IOException {
    Path file = folder.resolve("a.npy");
    Files.write(file, npy(1, header, new byte[8]));
    assertThat(Npy.read(file)).isEqualTo(Tensor.zeros(Shape.of(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'|O'          | Python objects, which would have to be executed",
        "'|S3'         | byte strings",
        "'<U5' | strings",
        "'<c8' | complex numbers",
        "'<M8[ns]'     | dates or durations",
        "'|V4' | raw bytes",
        "'<f16' | of a size that is not read",
        "'=f4'         | not known",
        "[('x', '<f4')] | a structure of several fields"
      })
  void otherTypesAreRefusedByName(String descr, String reason) throws IOException {
    Path file = folder.resolve("a.npy");
    String quoted = descr.startsWith("[") ? descr : "'" + descr + "'";
    String header = "{'descr': " + quoted + ", 'fortran_order': False, 'shape': (2,), }";
    Files.write(file, npy(1, header, new byte[64]));
    assertThatThrownBy(() -> Npy.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("read \"" + file + "\": the array has the dtype \"" + descr)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(1099511627776,)",
        "(2147483647, 2147483647, 2147483647)",
        "(2147483647,)",
        "(9223372036854775807, 2)",
        "(9999999999999999999,)",
        "(1000000,)",
        "(3)",
        "(-1,)",
        "(,)",
        "(1, , 2)",
        "(2,), 'x': (2,)",
        "[2]",
        "2",
        "(1,2",
        "(4294967296, 4294967296)",
        "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
            + "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2)"
      })
  void lyingShapesAreRefusedBeforeAllocation(String shape) throws IOException {
    Hostile hostile = new Hostile(folder.resolve("a.npy"), Npy::read, 1 << 20);
    hostile.attempt(npy(1, header("<f4", shape), new byte[8]), shape);
    assertThat(hostile.refused()).isEqualTo(1);
  }

  @Test
  void lengthsAreExplained() throws IOException {
    Path file = folder.resolve("a.npy");
    Files.write(file, npy(1, header("<f4", "(3,)"), new byte[8]));
    assertThatThrownBy(() -> Npy.read(file))
        .hasMessage(
            "read \"%s\": the array of shape [3] needs 12 bytes, 8 follow"
                + " — the file is cut off or its header is wrong",
            file);
    Files.write(file, npy(1, header("<f4", "(1,)"), new byte[8]));
    assertThatThrownBy(() -> Npy.read(file)).hasMessageContaining("4 bytes follow the array");
    Files.write(file, npy(4, header("<f4", "(2,)"), new byte[8]));
    assertThatThrownBy(() -> Npy.read(file)).hasMessageContaining("is of npy version 4.0");
    Files.write(file, npy(1, header("<f4", "(2,)"), new byte[8]));
    assertThatThrownBy(() -> Npy.read(file, ReadLimits.standard().withDecodedBytes(7)))
        .hasMessageContaining("the limit is 7");
    assertThatThrownBy(() -> Npy.read(folder.resolve("none.npy")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such file — check the path");
    assertThatThrownBy(() -> Npy.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void survivesDamage() throws IOException {
    for (int version = 1; version <= 3; version++) {
      for (String dtype : List.of("<f4", ">i2", "|b1")) {
        byte[] data = new byte[24 * (dtype.charAt(2) - '0')];
        byte[] valid = npy(version, header(dtype, "(2, 3, 4)").replace("False", "True"), data);
        new Hostile(folder.resolve("a.npy"), Npy::read, 1 << 20)
            .cut(valid)
            .flip(valid, 1000, version);
      }
    }
  }

  static String header(String dtype, String shape) {
    return "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
  }

  static byte[] npy(int version, String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(12 + text.length + data.length);
    out.order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.UTF_8));
    out.put((byte) version).put((byte) 0);
    if (version == 1) {
      out.putShort((short) text.length);
    } else {
      out.putInt(text.length);
    }
    out.put(text).put(data);
    return Arrays.copyOf(out.array(), out.position());
  }
}
