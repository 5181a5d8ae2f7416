package org.neuralharmonizer.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The {@code .safetensors} format: named arrays behind a JSON header.
 *
 * <p>Read are F64, F32, F16, BF16, the signed and unsigned integers of 8 to 64 bits, and BOOL. What
 * a float cannot hold (integers beyond 2²⁴, F64) is rounded to the nearest, ties to even; beyond
 * the range it becomes an infinity. Other types are refused by name. The header must be strict JSON
 * of at most 16 MiB, and its arrays must fill the rest of the file without gap or overlap.
 *
 * <p>Format: <a href="https://github.com/huggingface/safetensors#format">
 * github.com/huggingface/safetensors</a>.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * All arrays of a file, in the order of their data.
   *
   * @throws MalformedFileException if the file is damaged or has a type that is not read
   * @throws IOException if the file cannot be read
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    return read(file, ReadLimits.standard());
  }

  /** As {@link #read(Path)}, within other limits. */
  public static Map<String, Tensor> read(Path file, ReadLimits limits) throws IOException {
    try (Source source = Source.open(file)) {
      SafetensorsHeader header = SafetensorsHeader.read(source);
      header.check(limits);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry entry : header.entries()) {
        float[] values =
            entry.type().floats(source.stream(), entry.shape().size(), ByteOrder.LITTLE_ENDIAN);
        tensors.put(entry.name(), Tensor.adopt(entry.shape(), values));
      }
      return Collections.unmodifiableMap(tensors);
    } catch (EOFException e) {
      throw MalformedFileException.of(file.toString(), "it ends early", "copy it again", e);
    }
  }

  /**
   * The free text that a file carries beside its arrays, by name, in the order of the file; empty
   * if there is none.
   *
   * @throws MalformedFileException if the file is damaged
   * @throws IOException if the file cannot be read
   */
  public static Map<String, String> metadata(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      return SafetensorsHeader.read(source).metadata();
    }
  }

  /**
   * Writes named tensors as F32, without metadata; atomically.
   *
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    write(file, tensors, Map.of());
  }

  /**
   * Writes named tensors as F32, with metadata; atomically. Both are sorted by name, so the bytes
   * depend on the content alone.
   *
   * @throws IllegalArgumentException if a tensor is named {@code __metadata__}
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(
          "write \"" + file + "\": a tensor is named " + METADATA + " — rename it");
    }
    Map<String, Tensor> sorted = new TreeMap<>(tensors);
    byte[] header = header(sorted, metadata);
    AtomicFiles.write(file, out -> write(out, header, sorted));
  }

  private static void write(OutputStream out, byte[] header, Map<String, Tensor> tensors)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Tensor tensor : tensors.values()) {
      Npy.writeValues(out, tensor);
    }
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      members.put(METADATA, new TreeMap<>(metadata));
    }
    long begin = 0;
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      long end = begin + (long) Float.BYTES * tensor.getValue().size();
      Map<String, @Nullable Object> member = new LinkedHashMap<>();
      member.put("dtype", "F32");
      member.put("shape", boxed(tensor.getValue().shape().extents()));
      member.put("data_offsets", List.of(begin, end));
      members.put(tensor.getKey(), member);
      begin = end;
    }
    String json = Json.format(members);
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat(Math.floorMod(-length, ALIGNMENT))).getBytes(StandardCharsets.UTF_8);
  }

  private static List<Integer> boxed(int[] extents) {
    return IntStream.of(extents).boxed().toList();
  }
}
