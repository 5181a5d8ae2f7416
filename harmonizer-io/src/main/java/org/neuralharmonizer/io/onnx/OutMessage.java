package org.neuralharmonizer.io.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A protocol buffers message to be written. Its size is known before, so that numbers go from their
 * tensors to the file without a copy.
 */
final class OutMessage {
  private final List<Field> fields = new ArrayList<>();

  private interface Field {
    long size();

    void write(CodedOutputStream out) throws IOException;
  }

  private record Varint(int number, long value) implements Field {
    @Override
    public long size() {
      return CodedOutputStream.computeInt64Size(number, value);
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.writeInt64(number, value);
    }
  }

  private record Single(int number, float value) implements Field {
    @Override
    public long size() {
      return CodedOutputStream.computeFloatSize(number, value);
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.writeFloat(number, value);
    }
  }

  private record Text(int number, String value) implements Field {
    @Override
    public long size() {
      return CodedOutputStream.computeStringSize(number, value);
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.writeString(number, value);
    }
  }

  private record Nested(int number, OutMessage message) implements Field {
    @Override
    public long size() {
      return delimited(number, message.size());
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(Math.toIntExact(message.size()));
      message.write(out);
    }
  }

  /** Little-endian floats. */
  private record Floats(int number, Tensor values) implements Field {
    private long bytes() {
      return (long) values.size() * Float.BYTES;
    }

    @Override
    public long size() {
      return delimited(number, bytes());
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(Math.toIntExact(bytes()));
      for (int i = 0; i < values.size(); i++) {
        out.writeFloatNoTag(values.value(i));
      }
    }
  }

  private static long delimited(int number, long size) {
    return CodedOutputStream.computeTagSize(number)
        + (long) CodedOutputStream.computeUInt64SizeNoTag(size)
        + size;
  }

  OutMessage with(int field, long value) {
    fields.add(new Varint(field, value));
    return this;
  }

  OutMessage with(int field, float value) {
    fields.add(new Single(field, value));
    return this;
  }

  OutMessage with(int field, String value) {
    fields.add(new Text(field, value));
    return this;
  }

  OutMessage with(int field, OutMessage value) {
    fields.add(new Nested(field, value));
    return this;
  }

  OutMessage with(int field, Tensor value) {
    fields.add(new Floats(field, value));
    return this;
  }

  long size() {
    return fields.stream().mapToLong(Field::size).sum();
  }

  void write(CodedOutputStream out) throws IOException {
    for (Field field : fields) {
      field.write(out);
    }
  }
}
