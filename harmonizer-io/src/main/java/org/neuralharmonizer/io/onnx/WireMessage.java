package org.neuralharmonizer.io.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.neuralharmonizer.io.ElementType;

/**
 * The fields of one protocol buffers message, by number, in the order of the file. Nested messages
 * are views of the same bytes and are decoded when they are asked for.
 */
final class WireMessage {
  /** Graphs within attributes of nodes of graphs; exporters stay below ten. */
  private static final int DEEPEST = 64;

  private final Map<Integer, List<Object>> fields = new HashMap<>();
  private final int depth;

  private WireMessage(int depth) {
    this.depth = depth;
  }

  static WireMessage parse(byte[] bytes) throws IOException {
    return parse(ByteBuffer.wrap(bytes), 0);
  }

  private static WireMessage parse(ByteBuffer bytes, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new InvalidProtocolBufferException("messages are nested deeper than " + DEEPEST);
    }
    WireMessage message = new WireMessage(depth);
    CodedInputStream in = CodedInputStream.newInstance(bytes.duplicate());
    in.enableAliasing(true);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Object value =
          switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> in.readInt64();
            case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
            case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteBuffer();
            default -> throw new InvalidProtocolBufferException("a field is a group");
          };
      message
          .fields
          .computeIfAbsent(WireFormat.getTagFieldNumber(tag), number -> new ArrayList<>())
          .add(value);
    }
    return message;
  }

  boolean has(int field) {
    return fields.containsKey(field);
  }

  /** The last value, as protocol buffers have it, or zero. */
  long integer(int field) throws IOException {
    List<Long> values = integers(field);
    return values.isEmpty() ? 0 : values.get(values.size() - 1);
  }

  /** Packed or each by itself. */
  List<Long> integers(int field) throws IOException {
    List<Long> values = new ArrayList<>();
    for (Object value : fields.getOrDefault(field, List.of())) {
      if (value instanceof ByteBuffer packed) {
        CodedInputStream in = CodedInputStream.newInstance(packed.duplicate());
        while (!in.isAtEnd()) {
          values.add(in.readInt64());
        }
      } else {
        values.add(as(Long.class, field, value));
      }
    }
    return List.copyOf(values);
  }

  /** The last number in single precision, or another if there is none. */
  float number(int field, float otherwise) throws IOException {
    List<Object> values = fields.getOrDefault(field, List.of());
    return values.isEmpty() ? otherwise : as(Float.class, field, values.get(values.size() - 1));
  }

  /** The numbers of a repeated field of floats or doubles, packed or each by itself. */
  double[] numbers(int field, ElementType type) throws IOException {
    DoubleStream.Builder numbers = DoubleStream.builder();
    for (Object value : fields.getOrDefault(field, List.of())) {
      if (value instanceof ByteBuffer packed) {
        ByteBuffer bytes = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.remaining() >= type.bytes()) {
          numbers.add(type.number(bytes));
        }
      } else {
        numbers.add(as(Number.class, field, value).doubleValue());
      }
    }
    return numbers.build().toArray();
  }

  /** The bytes of the last byte string, none without one. */
  ByteBuffer bytes(int field) throws IOException {
    List<Object> values = fields.getOrDefault(field, List.of());
    return values.isEmpty()
        ? ByteBuffer.allocate(0)
        : as(ByteBuffer.class, field, values.get(values.size() - 1)).duplicate();
  }

  /** The number of elements of a repeated field of {@code width} bytes each, packed or not. */
  long count(int field, int width) throws IOException {
    long count = 0;
    for (Object value : fields.getOrDefault(field, List.of())) {
      if (value instanceof ByteBuffer packed && packed.remaining() % width != 0) {
        throw new InvalidProtocolBufferException("field " + field + " ends within a number");
      }
      count += value instanceof ByteBuffer packed ? packed.remaining() / width : 1;
    }
    return count;
  }

  /** The last value or the empty string. */
  String text(int field) throws IOException {
    List<String> values = texts(field);
    return values.isEmpty() ? "" : values.get(values.size() - 1);
  }

  List<String> texts(int field) throws IOException {
    List<String> values = new ArrayList<>();
    for (Object value : fields.getOrDefault(field, List.of())) {
      ByteBuffer bytes = as(ByteBuffer.class, field, value).duplicate();
      try {
        values.add(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
      } catch (CharacterCodingException e) {
        InvalidProtocolBufferException wrong =
            new InvalidProtocolBufferException("field " + field + " is no UTF-8");
        wrong.initCause(e);
        throw wrong;
      }
    }
    return List.copyOf(values);
  }

  List<WireMessage> messages(int field) throws IOException {
    List<WireMessage> values = new ArrayList<>();
    for (Object value : fields.getOrDefault(field, List.of())) {
      values.add(parse(as(ByteBuffer.class, field, value), depth + 1));
    }
    return List.copyOf(values);
  }

  private static <T> T as(Class<T> type, int field, Object value) throws IOException {
    if (!type.isInstance(value)) {
      throw new InvalidProtocolBufferException("field " + field + " has another wire type");
    }
    return type.cast(value);
  }
}
