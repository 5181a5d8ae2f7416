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
      byte[] length = littleEndian(8).putLong(record.length).array();
      file.writeBytes(length);
      file.writeBytes(littleEndian(4).putInt(TfRecords.masked(length, 8)).array());
      file.writeBytes(record);
      file.writeBytes(littleEndian(4).putInt(TfRecords.masked(record, record.length)).array());
    }
    return file.toByteArray();
  }

  /** The same file with every checksum made right again, as far as its lengths can be followed. */
  static byte[] repaired(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
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
    return bytes.array();
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
    ByteBuffer bytes = littleEndian(Float.BYTES * values.length);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
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

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
