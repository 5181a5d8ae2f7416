package org.neuralharmonizer.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;

/** What a safetensors file declares, checked against itself and against the file's length. */
record SafetensorsHeader(String file, List<Entry> entries, Map<String, String> metadata) {
  private static final long LONGEST = 16 << 20;
  private static final Set<String> MEMBERS = Set.of("dtype", "shape", "data_offsets");

  /** One array: its bytes are those from {@code begin} to before {@code end} behind the header. */
  record Entry(String name, ElementType type, Shape shape, long begin, long end) {}

  /** Reads the header and leaves the stream at the first array. */
  static SafetensorsHeader read(Source source) throws IOException {
    String file = source.name();
    byte[] field = source.stream().readNBytes(Long.BYTES);
    if (field.length < Long.BYTES) {
      throw MalformedFileException.of(
          file, "only " + field.length + " bytes", "give a safetensors file");
    }
    long length = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long rest = source.length() - Long.BYTES;
    if (length < 0 || length > rest || length > LONGEST) {
      throw MalformedFileException.of(
          file,
          "it declares a header of "
              + Long.toUnsignedString(length)
              + " bytes, "
              + rest
              + " follow",
          "headers have at most " + LONGEST + " bytes; the file is cut off or of another format");
    }
    byte[] json = source.stream().readNBytes((int) length);
    if (json.length < length) {
      throw new EOFException();
    }
    if (json.length == 0 || json[0] != '{') {
      throw MalformedFileException.of(
          file, "its header does not begin with '{'", "give a safetensors file");
    }
    return new HeaderParser(file).parse(Json.decode(file, "its header", json), rest - length);
  }

  /** Refuses a file that decodes to more than the limit. */
  void check(ReadLimits limits) throws MalformedFileException {
    long used = 0;
    for (Entry entry : entries) {
      String what = "tensor " + MalformedFileException.quote(entry.name());
      used = Extents.budget(file, what, used, entry.shape(), Float.BYTES, limits);
    }
  }

  private record HeaderParser(String file) {
    SafetensorsHeader parse(@Nullable Object json, long dataLength) throws MalformedFileException {
      if (!(json instanceof Map<?, ?> members)) {
        throw wrong("its header is no object", "give a safetensors file");
      }
      List<Entry> entries = new ArrayList<>();
      Map<String, String> metadata = Map.of();
      for (Map.Entry<?, ?> member : members.entrySet()) {
        String name = (String) member.getKey();
        if (name.equals(Safetensors.METADATA)) {
          metadata = metadata(member.getValue());
        } else {
          entries.add(entry(name, member.getValue()));
        }
      }
      entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
      requireGapless(entries, dataLength);
      return new SafetensorsHeader(file, List.copyOf(entries), metadata);
    }

    private Map<String, String> metadata(@Nullable Object json) throws MalformedFileException {
      Map<String, String> metadata = new LinkedHashMap<>();
      if (json instanceof Map<?, ?> members) {
        for (Map.Entry<?, ?> member : members.entrySet()) {
          if (member.getValue() instanceof String text) {
            metadata.put((String) member.getKey(), text);
          }
        }
        if (metadata.size() == members.size()) {
          return Collections.unmodifiableMap(metadata);
        }
      }
      throw wrong("its metadata is not an object of strings", "correct the header");
    }

    private Entry entry(String name, @Nullable Object json) throws MalformedFileException {
      String what = "tensor " + MalformedFileException.quote(name);
      if (!(json instanceof Map<?, ?> members) || !members.keySet().equals(MEMBERS)) {
        throw wrong(
            what + " does not give exactly " + MEMBERS.stream().sorted().toList(),
            "correct the header");
      }
      ElementType type = type(what, members.get("dtype"));
      Shape shape = Extents.shape(file, what, integers(what, members.get("shape")));
      long[] offsets = integers(what, members.get("data_offsets"));
      if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
        throw wrong(what + " has impossible data offsets", "correct the header");
      }
      long bytes = (long) shape.size() * type.bytes();
      if (offsets[1] - offsets[0] != bytes) {
        throw wrong(
            what
                + " of shape "
                + shape
                + " needs "
                + bytes
                + " bytes of "
                + type
                + ", its offsets span "
                + (offsets[1] - offsets[0]),
            "correct the header");
      }
      return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private ElementType type(String what, @Nullable Object name) throws MalformedFileException {
      for (ElementType type : ElementType.values()) {
        if (type.name().equals(name)) {
          return type;
        }
      }
      throw wrong(
          what
              + " has the dtype "
              + MalformedFileException.quote(String.valueOf(name))
              + ", which is not read",
          "save it as F32");
    }

    private long[] integers(String what, @Nullable Object json) throws MalformedFileException {
      if (json instanceof List<?> list && list.stream().allMatch(Long.class::isInstance)) {
        return list.stream().mapToLong(Long.class::cast).toArray();
      }
      throw wrong(what + " has a shape or offsets that are no integers", "correct the header");
    }

    private void requireGapless(List<Entry> entries, long dataLength)
        throws MalformedFileException {
      long end = 0;
      for (Entry entry : entries) {
        if (entry.begin() != end) {
          throw wrong(
              "tensor "
                  + MalformedFileException.quote(entry.name())
                  + " begins at "
                  + entry.begin()
                  + ", the one before it ends at "
                  + end,
              "arrays must follow each other without gap or overlap; the file is damaged");
        }
        end = entry.end();
      }
      if (end != dataLength) {
        throw wrong(
            "its arrays take " + end + " bytes, " + dataLength + " follow the header",
            "the file is cut off or has bytes appended; copy it again");
      }
    }

    private MalformedFileException wrong(String wrong, String remedy) {
      return MalformedFileException.of(file, wrong, remedy);
    }
  }
}
