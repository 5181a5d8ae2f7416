package org.neuralharmonizer.cuda;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Folders that the user may name.
 *
 * @param cache keeps machine code from one process to the next
 * @param dump receives every source
 */
record SourceFolders(Optional<Path> cache, Optional<Path> dump) {
  private static final String CACHE = "harmonizer.cuda.cache";
  private static final String DUMP = "harmonizer.cuda.dump";

  /** Those that the system properties name now. */
  static SourceFolders named() {
    return new SourceFolders(folder(CACHE), folder(DUMP));
  }

  static SourceFolders none() {
    return new SourceFolders(Optional.empty(), Optional.empty());
  }

  /**
   * A compiler that uses these folders.
   *
   * @param platform all that machine code depends on beside its source
   */
  SourceCompiler around(SourceCompiler compiler, String platform) {
    SourceCompiler cached =
        cache
            .<SourceCompiler>map(folder -> new CachingCompiler(compiler, folder, platform))
            .orElse(compiler);
    return dump.<SourceCompiler>map(folder -> new DumpingCompiler(cached, folder)).orElse(cached);
  }

  private static Optional<Path> folder(String property) {
    return Optional.ofNullable(System.getProperty(property))
        .filter(name -> !name.isBlank())
        .map(Path::of);
  }
}
