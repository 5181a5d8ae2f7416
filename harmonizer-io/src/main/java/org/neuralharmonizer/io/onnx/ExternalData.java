package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files beside an ONNX file that hold numbers of its tensors. Nothing outside the file's folder
 * is opened, whatever the file asks for.
 */
final class ExternalData {
  private final @Nullable Path folder;

  private ExternalData(@Nullable Path folder) {
    this.folder = folder;
  }

  /** The files beside one. */
  static ExternalData beside(Path file) {
    return new ExternalData(file.toAbsolutePath().getParent());
  }

  /** None: a tensor whose numbers are elsewhere is refused. */
  static ExternalData none() {
    return new ExternalData(null);
  }

  /** The bytes that a tensor refers to. */
  ByteBuffer bytes(WireMessage tensor, long size) throws IOException {
    Map<String, String> entries = new HashMap<>();
    for (WireMessage entry : tensor.messages(Fields.TENSOR_EXTERNAL)) {
      entries.put(entry.text(1), entry.text(2));
    }
    String location = entries.getOrDefault("location", "");
    long offset = number(entries, "offset", 0);
    long length = number(entries, "length", size);
    Path file = inside(location);
    if (length != size || offset < 0 || offset > Files.size(file) - size) {
      throw new IOException(
          "\"%s\" does not hold the %d bytes of a tensor at %d".formatted(location, size, offset));
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(offset);
      int read = 0;
      while (bytes.hasRemaining() && read >= 0) {
        read = channel.read(bytes);
      }
    }
    if (bytes.hasRemaining()) {
      throw new IOException("\"" + location + "\" ends within a tensor");
    }
    return bytes.flip();
  }

  private Path inside(String location) throws IOException {
    if (folder == null) {
      throw new IOException("a tensor's numbers are in another file");
    }
    Path file;
    try {
      file = folder.resolve(location);
    } catch (InvalidPathException e) {
      throw new IOException("a tensor's numbers are in a file whose name is no path", e);
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("the file \"" + location + "\" of a tensor's numbers is missing");
    }
    if (!file.toRealPath().startsWith(folder.toRealPath())) {
      throw new IOException("a tensor's numbers are outside the folder: \"" + location + "\"");
    }
    return file;
  }

  private static long number(Map<String, String> entries, String key, long otherwise)
      throws IOException {
    String text = entries.get(key);
    try {
      return text == null ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("the " + key + " of a tensor's numbers is no number", e);
    }
  }
}
