package org.neuralharmonizer.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Keeps machine code in a folder, which several processes may share. An entry is the digest of the
 * code and the code; one that is damaged or cannot be read is compiled anew and replaced. A folder
 * that cannot be written to costs time, not results: it is reported to the log.
 */
final class CachingCompiler implements SourceCompiler {
  private static final System.Logger LOGGER = System.getLogger(CachingCompiler.class.getName());

  private final SourceCompiler compiler;
  private final Path folder;
  private final String platform;

  CachingCompiler(SourceCompiler compiler, Path folder, String platform) {
    this.compiler = compiler;
    this.folder = folder;
    this.platform = platform;
  }

  @Override
  public byte[] compile(String source) {
    Path entry = folder.resolve(HexFormat.of().formatHex(Digests.of(source, platform)) + ".bin");
    return read(entry)
        .orElseGet(
            () -> {
              byte[] code = compiler.compile(source);
              write(entry, code);
              return code;
            });
  }

  private static Optional<byte[]> read(Path entry) {
    try {
      byte[] bytes = Files.readAllBytes(entry);
      if (bytes.length > Digests.LENGTH) {
        byte[] code = Arrays.copyOfRange(bytes, Digests.LENGTH, bytes.length);
        if (Arrays.equals(Digests.of(code), Arrays.copyOf(bytes, Digests.LENGTH))) {
          return Optional.of(code);
        }
      }
      LOGGER.log(System.Logger.Level.WARNING, "{0} is damaged and is replaced", entry);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, entry + " cannot be read", e);
    }
    return Optional.empty();
  }

  /** By a move, so that no process ever reads half an entry. */
  private void write(Path entry, byte[] code) {
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, "draft", ".tmp");
      try {
        byte[] bytes = Arrays.copyOf(Digests.of(code), Digests.LENGTH + code.length);
        System.arraycopy(code, 0, bytes, Digests.LENGTH, code.length);
        Files.write(draft, bytes);
        Files.move(
            draft, entry, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, entry + " cannot be written", e);
    }
  }
}
