package org.neuralharmonizer.io;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Those features of a {@code tf.train.Example} that hold one byte string or one integer. All others
 * are passed over, and so is what the message holds besides, as protocol buffers do.
 *
 * <pre>
 * Example { Features features = 1 }       Features { map&lt;string, Feature> feature = 1 }
 * Feature { oneof: BytesList = 1, FloatList = 2, Int64List = 3 }, each { repeated value = 1 }
 * </pre>
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/example">
 *     example.proto, feature.proto</a>
 */
record TfExample(Map<String, byte[]> bytes, Map<String, Long> integers) {
  private static final int ONLY_FIELD = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int BYTES_LIST = 1;
  private static final int INT64_LIST = 3;

  /**
   * Reads a message.
   *
   * @param record where it stands, for errors: file and position
   */
  static TfExample parse(String file, long record, byte[] message) throws MalformedFileException {
    TfExample example = new TfExample(new HashMap<>(), new HashMap<>());
    try {
      example.read(CodedInputStream.newInstance(message));
    } catch (IOException e) {
      throw MalformedFileException.of(
          file,
          "record " + record + " is no tf.train.Example (" + e.getMessage() + ")",
          "give records that hold one each",
          e);
    }
    return example;
  }

  private void read(CodedInputStream in) throws IOException {
    fields(
        in,
        (field, type) ->
            field == ONLY_FIELD
                && nested(
                    in,
                    type,
                    (entry, entryType) -> entry == ONLY_FIELD && readFeature(in, entryType)));
  }

  private boolean readFeature(CodedInputStream in, int type) throws IOException {
    Entry entry = new Entry();
    boolean read =
        nested(
            in,
            type,
            (field, fieldType) ->
                switch (field) {
                  case KEY -> entry.readKey(in, fieldType);
                  case VALUE -> nested(in, fieldType, (list, of) -> entry.readList(in, list, of));
                  default -> false;
                });
    if (entry.strings == 1) {
      bytes.put(entry.key, entry.string);
    }
    if (entry.integers == 1) {
      integers.put(entry.key, entry.integer);
    }
    return read;
  }

  /** One feature: the last of its values, and how many there are. */
  private static final class Entry {
    private String key = "";
    private byte[] string = {};
    private int strings;
    private long integer;
    private int integers;

    boolean readKey(CodedInputStream in, int type) throws IOException {
      if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        return false;
      }
      key = in.readStringRequireUtf8();
      return true;
    }

    boolean readList(CodedInputStream in, int list, int type) throws IOException {
      return switch (list) {
        case BYTES_LIST ->
            nested(in, type, (field, of) -> field == ONLY_FIELD && readBytes(in, of));
        case INT64_LIST ->
            nested(in, type, (field, of) -> field == ONLY_FIELD && readIntegers(in, of));
        default -> false;
      };
    }

    private boolean readBytes(CodedInputStream in, int type) throws IOException {
      if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        return false;
      }
      string = in.readByteArray();
      strings++;
      return true;
    }

    /** Packed, as they are written today, or each by itself. */
    private boolean readIntegers(CodedInputStream in, int type) throws IOException {
      if (type == WireFormat.WIRETYPE_VARINT) {
        integer = in.readInt64();
        integers++;
        return true;
      }
      if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        return false;
      }
      int outer = in.pushLimit(in.readRawVarint32());
      for (; in.getBytesUntilLimit() > 0; integers++) {
        integer = in.readInt64();
      }
      in.popLimit(outer);
      return true;
    }
  }

  @FunctionalInterface
  private interface Field {
    /** Reads the field or says that it did not, so that it is skipped. */
    boolean read(int number, int wireType) throws IOException;
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      if (!field.read(number, WireFormat.getTagWireType(tag)) && !in.skipField(tag)) {
        throw new InvalidProtocolBufferException("a group ends that has not begun");
      }
    }
  }

  /** The fields of the message that follows as a value. */
  private static boolean nested(CodedInputStream in, int wireType, Field field) throws IOException {
    if (wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return false;
    }
    int outer = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    in.popLimit(outer);
    return true;
  }
}
