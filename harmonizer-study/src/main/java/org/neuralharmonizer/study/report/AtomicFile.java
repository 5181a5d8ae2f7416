package org.neuralharmonizer.study.report;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Replaces a file as a whole or not at all. */
final class AtomicFile {
  private AtomicFile() {}

  static void write(Path file, String content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException("report: " + file + " is a folder — name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException("report: folder " + folder + " does not exist — create it first");
    }
    String writer = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    Path draft = folder.resolve(file.getFileName() + ".part-" + writer);
    try {
      Files.writeString(draft, content);
      move(draft, file);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void move(Path draft, Path file) throws IOException {
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
