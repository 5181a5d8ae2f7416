package org.neuralharmonizer.io;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** An open file of known length, read from front to back. */
final class Source implements AutoCloseable {
  private final String name;
  private final long length;
  private final InputStream stream;

  private Source(String name, long length, InputStream stream) {
    this.name = name;
    this.length = length;
    this.stream = stream;
  }

  static Source open(Path file) throws IOException {
    requireFile(file);
    InputStream stream = new BufferedInputStream(Files.newInputStream(file));
    return new Source(file.toString(), Files.size(file), stream);
  }

  /** Refuses what is absent, and pipes and devices, on which a reader could wait for ever. */
  static void requireFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new FileNotFoundException("read \"" + file + "\": no such file — check the path");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("read \"" + file + "\": not a regular file — name a file");
    }
  }

  String name() {
    return name;
  }

  long length() {
    return length;
  }

  InputStream stream() {
    return stream;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
