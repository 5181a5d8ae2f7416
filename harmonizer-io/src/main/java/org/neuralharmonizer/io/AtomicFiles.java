package org.neuralharmonizer.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writes files that are either whole or absent.
 *
 * <p>The content goes to a temporary file in the same folder, is forced to the disk, and only then
 * takes the target's name in one atomic step. If anything fails before that step (the disk is full,
 * the content cannot be produced, the program is stopped), an earlier file of that name is as it
 * was. A temporary file is removed on failure; after a crash one named {@code .target.….partial}
 * may remain and can be deleted.
 */
public final class AtomicFiles {
  private static final int BUFFER = 1 << 16;

  private AtomicFiles() {}

  /** What is to be written. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the whole content. The stream is buffered; closing it is not needed.
     *
     * @throws IOException if the content cannot be produced or written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Creates or replaces a file. A symbolic link is followed: the file that it names is replaced.
   *
   * @throws IOException if the folder does not exist, the content cannot be written, or the file
   *     system cannot rename atomically; the target is then untouched
   */
  public static void write(Path target, Content content) throws IOException {
    Path real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    Path folder = real.getParent();
    if (folder == null || Files.isDirectory(real)) {
      throw failure(target, "is a folder", "name a file in it", null);
    }
    if (!Files.isDirectory(folder)) {
      throw failure(target, "there is no folder \"" + folder + "\"", "create it first", null);
    }
    Path partial = null;
    try {
      partial = createSibling(real);
      fill(partial, content);
      Files.move(
          partial, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(folder);
    } catch (IOException e) {
      remove(partial, e);
      throw failure(
          target, reason(e), "put that right and write again; an earlier file is untouched", e);
    } catch (RuntimeException | Error e) {
      remove(partial, e);
      throw e;
    }
  }

  /** Exceptions of the file system may name the file only; the problem is then their type. */
  private static String reason(IOException problem) {
    boolean named = problem instanceof FileSystemException file && file.getReason() == null;
    return named || problem.getMessage() == null
        ? problem.getClass().getSimpleName()
        : problem.getMessage();
  }

  private static IOException failure(
      Path target, String wrong, String remedy, @Nullable Throwable cause) {
    return new IOException("write \"" + target + "\": " + wrong + " — " + remedy, cause);
  }

  /** Not {@code Files.createTempFile}, whose files only their owner may read. */
  private static Path createSibling(Path target) throws IOException {
    while (true) {
      String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
      String name = String.format(Locale.ROOT, ".%s.%s.partial", target.getFileName(), unique);
      try {
        return Files.createFile(target.resolveSibling(name));
      } catch (FileAlreadyExistsException e) {
        // Another number may be free.
      }
    }
  }

  private static void fill(Path partial, Content content) throws IOException {
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Makes the new name itself durable, where the system lets a folder be opened (not Windows). */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The file is whole and in place; only its name may be lost with the power.
    }
  }

  private static void remove(@Nullable Path partial, Throwable reason) {
    if (partial == null) {
      return;
    }
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
