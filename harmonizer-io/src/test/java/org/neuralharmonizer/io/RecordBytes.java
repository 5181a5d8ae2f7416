package org.neuralharmonizer.io;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** TFRecord files, and examples to put into them. */
final class RecordBytes {
  private RecordBytes() {}

  /** Records with their lengths and checksums. */
  static byte[] file(byte[]... records) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (byte[] record : records) {
      byte[] whole = new byte[8 + 4 + record.length + 4];
      ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(record.length).putInt(TfRecords.masked(whole, 8));
      bytes.put(record).putInt(TfRecords.masked(record, record.length));
      file.writeBytes(whole);
    }
    return file.toByteArray();
  }

  /** The same file with every checksum made right again, as far as its lengths can be followed. */
  static byte[] repaired(byte[] file) {
    byte[] repaired = file.clone();
    ByteBuffer bytes = ByteBuffer.wrap(repaired).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at + 16 <= file.length) {
      byte[] length = new byte[8];
      bytes.get(at, length);
      bytes.putInt(at + 8, TfRecords.masked(length, 8));
      long content = bytes.getLong(at);
      if (content < 0 || content > file.length - at - 16) {
        break;
      }
      byte[] record = new byte[(int) content];
      bytes.get(at + 12, record);
      bytes.putInt(at + 12 + record.length, TfRecords.masked(record, record.length));
      at += 16 + record.length;
    }
    return repaired;
  }

  /** An example of byte strings and integers. */
  static byte[] example(Map<String, Object> features) throws IOException {
    ByteString.Output map = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(map);
    for (Map.Entry<String, Object> feature : features.entrySet()) {
      out.writeBytes(1, entry(feature.getKey(), feature.getValue()));
    }
    out.flush();
    return message(1, map.toByteString()).toByteArray();
  }

  static byte[] floats(float... values) {
    byte[] whole = new byte[Float.BYTES * values.length];
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return whole;
  }

  private static ByteString entry(String key, Object value) throws IOException {
    ByteString feature;
    if (value instanceof byte[] bytes) {
      feature = message(1, message(1, ByteString.copyFrom(bytes)));
    } else {
      ByteString.Output list = ByteString.newOutput();
      CodedOutputStream out = CodedOutputStream.newInstance(list);
      out.writeInt64(1, (Long) value);
      out.flush();
      feature = message(3, list.toByteString());
    }
    return message(1, ByteString.copyFromUtf8(key)).concat(message(2, feature));
  }

  private static ByteString message(int field, ByteString content) throws IOException {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(field, content);
    out.flush();
    return bytes.toByteString();
  }
}
