package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that a command is going to write. */
final class Outputs {
  private Outputs() {}

  /** Refuses before the work, not after it, a file that could not be written. */
  static void requireWritable(@Nullable Path file) throws IOException {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException("write \"" + file + "\": is a folder — name a file in it");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "write \"" + file + "\": there is no folder \"" + folder + "\" — create it first");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(
          "write \"" + file + "\": folder \"" + folder + "\" takes no files — name another");
    }
  }
}
