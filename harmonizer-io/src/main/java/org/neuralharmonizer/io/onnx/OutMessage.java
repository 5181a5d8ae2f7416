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
  private final List<Content> fields = new ArrayList<>();
  private long size;

  /** What writes a field. */
  private interface Content {
    void write(CodedOutputStream out) throws IOException;
  }

  private OutMessage with(long bytes, Content field) {
    fields.add(field);
    size += bytes;
    return this;
  }

  OutMessage with(int field, long value) {
    return with(
        CodedOutputStream.computeInt64Size(field, value), out -> out.writeInt64(field, value));
  }

  OutMessage with(int field, String value) {
    return with(
        CodedOutputStream.computeStringSize(field, value), out -> out.writeString(field, value));
  }

  /** A message that is complete. */
  OutMessage with(int field, OutMessage value) {
    return delimited(field, value.size, value::write);
  }

  /** Little-endian floats. */
  OutMessage with(int field, Tensor value) {
    return delimited(
        field,
        (long) value.size() * Float.BYTES,
        out -> {
          for (int i = 0; i < value.size(); i++) {
            out.writeFloatNoTag(value.value(i));
          }
        });
  }

  private OutMessage delimited(int field, long bytes, Content content) {
    long head =
        CodedOutputStream.computeTagSize(field)
            + (long) CodedOutputStream.computeUInt64SizeNoTag(bytes);
    return with(
        head + bytes,
        out -> {
          out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
          out.writeUInt32NoTag(Math.toIntExact(bytes));
          content.write(out);
        });
  }

  long size() {
    return size;
  }

  void write(CodedOutputStream out) throws IOException {
    for (Content field : fields) {
      field.write(out);
    }
  }
}
