package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void readsTheReferenceFiles() throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("safetensors");
    Map<?, ?> files = (Map<?, ?>) Json.read(reference.resolve("expected.json"));
    assertThat(files).hasSize(5);
    for (Map.Entry<?, ?> file : files.entrySet()) {
      Map<String, Tensor> actual = Safetensors.read(reference.resolve((String) file.getKey()));
      Map<?, ?> expected = (Map<?, ?>) file.getValue();
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      for (Map.Entry<String, Tensor> tensor : actual.entrySet()) {
        List<?> values = (List<?>) ((Map<?, ?>) expected.get(tensor.getKey())).get("values");
        assertThat(tensor.getValue())
            .isEqualTo(
                Tensor.generate(
                    Shape.of(values.size()), i -> ((Number) values.get(i)).doubleValue()));
      }
    }
  }

  @Test
  void readsTheReferenceWeights() throws IOException {
    Path reference = ReferenceData.folder("model-mobilenet025-imagenet");
    assertThat(Safetensors.read(reference.resolve("weights.safetensors")))
        .isEqualTo(Npz.read(reference.resolve("weights.npz")));
  }

  @Test
  void survivesTheRoundTrip() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Map<String, Tensor> tensors =
        Map.of(
            "b/µ",
            Tensor.generate(Shape.of(2, 3), Math::exp),
            "a",
            Tensor.scalar(Double.NaN),
            "c",
            Tensor.zeros(Shape.of(0, 4)));
    Safetensors.write(file, tensors, Map.of("epoch", "3", "by", "a \"test\""));
    assertThat(Safetensors.read(file)).isEqualTo(tensors);
    assertThat(Safetensors.read(file).keySet()).containsExactly("a", "b/µ", "c");
    assertThat(Safetensors.metadata(file)).isEqualTo(Map.of("epoch", "3", "by", "a \"test\""));
    byte[] bytes = Files.readAllBytes(file);
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
    Safetensors.write(
        file, new TreeMap<>(tensors), new TreeMap<>(Map.of("epoch", "3", "by", "a \"test\"")));
    assertThat(file).hasBinaryContent(bytes);
    Safetensors.write(file, Map.of());
    assertThat(Safetensors.read(file)).isEmpty();
    assertThat(Safetensors.metadata(file)).isEmpty();
  }

  @Test
  void convertsEveryType() throws IOException {
    Path file = folder.resolve("a.safetensors");
    byte[] data = {0, (byte) 0xc0, (byte) 0x80, 0x3f, 0, 2};
    String header =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[2,4]},"
            + "\"t\":{\"dtype\":\"BOOL\",\"shape\":[1,2],\"data_offsets\":[4,6]}}   ";
    Files.write(file, file(header, data));
    assertThat(Safetensors.read(file))
        .isEqualTo(
            Map.of(
                "h",
                Tensor.of(Shape.of(1), -2),
                "b",
                Tensor.scalar(1),
                "t",
                Tensor.of(Shape.of(1, 2), 0, 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}|8 follow the header",
        "[]|does not begin with '{'",
        "{\"a\":1}|tensor \"a\" does not give exactly [data_offsets, dtype, shape]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}|does not give exactly",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}|does not give"
            + " exactly",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}|dtype \"F8_E4M3\","
            + " which is not read",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|needs 12 bytes of F32,"
            + " its offsets span 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}|no integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|declares the shape [-2]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,"
            + "8]}}|declares"
            + " the shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|impossible data offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}|impossible data offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}|begins at 8, the one"
            + " before it ends at 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|4 bytes, 8 follow",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]},\"b\":{\"dtype\":"
            + "\"U8\",\"shape\":[5],\"data_offsets\":[3,8]}}|begins"
            + " at 3, the one before it ends at 5",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":"
            + "\"U8\",\"shape\":[5],\"data_offsets\":[3,8]}}|begins"
            + " at 3, the one before it ends at 2",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\""
            + ":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|a"
            + " second member \"a\"",
        "{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offset"
            + "s\":[0,8]}}|not"
            + " an object of strings",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1099511627776],\"data_offsets\":[0,43980465"
            + "11104]}}|declares"
            + " the shape",
        "{\"a\"|is not JSON"
      })
  void lyingHeadersAreRefused(String header, String reason) throws IOException {
    Path file = folder.resolve("a.safetensors");
    Files.write(file, file(header, new byte[8]));
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("read \"" + file + "\": ")
        .hasMessageContaining(reason);
    new Hostile(file, Safetensors::read, 1 << 20).attempt(file(header, new byte[8]), header);
  }

  @Test
  void limitsAndReservedNames() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("a", Tensor.zeros(Shape.of(100))));
    assertThatThrownBy(() -> Safetensors.read(file, ReadLimits.standard().withDecodedBytes(399)))
        .hasMessageContaining("the limit is 399");
    assertThatThrownBy(() -> Safetensors.write(file, Map.of("__metadata__", Tensor.scalar(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rename it");
    for (long length : new long[] {-1, Long.MAX_VALUE, 1L << 40, 100_000_001, 500}) {
      byte[] bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      new Hostile(file, Safetensors::read, 1 << 20).attempt(bytes, "header of " + length);
      assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("it declares a header");
    }
  }

  @Test
  void survivesDamage() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Map<String, Tensor> tensors = Map.of("a", Tensor.zeros(Shape.of(5)), "b", Tensor.scalar(1));
    Safetensors.write(file, tensors, Map.of("k", "v"));
    byte[] valid = Files.readAllBytes(file);
    new Hostile(file, Safetensors::read, 1 << 20).cut(valid).flip(valid, 4000, 3);
    new Hostile(file, Safetensors::metadata, 1 << 20).flip(valid, 1000, 4);
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }
}
