package org.neuralharmonizer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Reads trusted safetensors files: eight bytes of header length, a JSON header, raw little-endian
 * values. Every element type is read as float.
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  /** All tensors of a file by name, in the order of the header. */
  public static Map<String, Tensor> read(Path file) {
    ByteBuffer bytes = bytes(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Json.object(Json.parse(new String(header, StandardCharsets.UTF_8)))
        .forEach(
            (name, entry) -> {
              if (!name.equals(METADATA)) {
                tensors.put(name, tensor(Json.object(entry), data));
              }
            });
    return tensors;
  }

  private static Tensor tensor(Map<String, Object> entry, ByteBuffer data) {
    Shape shape = Shape.of(Json.ints(entry.get("shape")));
    int begin = Json.ints(entry.get("data_offsets"))[0];
    String type = (String) entry.get("dtype");
    return Tensor.generate(shape, position -> element(type, data, begin, position));
  }

  private static double element(String type, ByteBuffer data, int begin, int i) {
    return switch (type) {
      case "F64" -> data.getDouble(begin + 8 * i);
      case "F32" -> data.getFloat(begin + 4 * i);
      case "BF16" -> Float.intBitsToFloat(data.getShort(begin + 2 * i) << 16);
      case "I64" -> data.getLong(begin + 8 * i);
      case "I32" -> data.getInt(begin + 4 * i);
      case "I16" -> data.getShort(begin + 2 * i);
      case "I8" -> data.get(begin + i);
      case "U8", "BOOL" -> data.get(begin + i) & 0xff;
      default -> throw new IllegalArgumentException("safetensors: element type " + type);
    };
  }

  private static ByteBuffer bytes(Path file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
