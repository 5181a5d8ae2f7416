package org.neuralharmonizer.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * Results as bytes, by Java's own means, whichever serializer Spark uses: others know no records.
 */
final class Serialized {
  private Serialized() {}

  static byte[] bytes(Serializable value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(value);
    }
    return bytes.toByteArray();
  }

  /** What an executor of the same run wrote. */
  static <T> T read(byte[] bytes, Class<T> kind) throws IOException {
    try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return kind.cast(stream.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }
}
