package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFoldersTest {
  private static final String PLATFORM = "NVRTC 13.0 sm_90, driver 13000";

  /** Held, so that it stays silent; what it would report is what these tests bring about. */
  private static final Logger LOGGER = Logger.getLogger(CachingCompiler.class.getName());

  private final AtomicInteger compilations = new AtomicInteger();
  private @TempDir Path root;
  private Path folder;

  @BeforeAll
  static void silence() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    LOGGER.setLevel(null);
  }

  @BeforeEach
  void nameAFolderThatIsNotThereYet() {
    folder = root.resolve("kernels");
  }

  private byte[] fake(String source) {
    compilations.incrementAndGet();
    if (source.contains("?")) {
      throw new CudaException("cuda: a source does not compile: line 1: ?");
    }
    return ("code of " + source).getBytes(UTF_8);
  }

  private SourceCompiler cached(String platform) {
    return new SourceFolders(Optional.of(folder), Optional.empty()).around(this::fake, platform);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void withoutFoldersNothingStandsBeforeTheCompiler() {
    SourceCompiler compiler = this::fake;
    assertThat(SourceFolders.none().around(compiler, PLATFORM)).isSameAs(compiler);
  }

  @Test
  void whatWasCompiledOnceIsReadFromTheFolder() throws IOException {
    byte[] expected = "code of a".getBytes(UTF_8);
    assertThat(cached(PLATFORM).compile("a")).isEqualTo(expected);
    assertThat(cached(PLATFORM).compile("a")).isEqualTo(expected);
    assertThat(compilations).hasValue(1);
    assertThat(files()).hasSize(1);
  }

  @Test
  void anotherSourceOrPlatformIsAnotherEntry() throws IOException {
    cached(PLATFORM).compile("a");
    assertThat(cached(PLATFORM).compile("b")).isEqualTo("code of b".getBytes(UTF_8));
    cached("NVRTC 13.0 sm_100, driver 13000").compile("a");
    assertThat(compilations).hasValue(3);
    assertThat(files()).hasSize(3);
  }

  @Test
  void aDamagedEntryIsReplaced() throws IOException {
    cached(PLATFORM).compile("a");
    Path entry = files().get(0);
    byte[] whole = Files.readAllBytes(entry);
    byte[] flipped = whole.clone();
    flipped[whole.length - 1] ^= 1;
    for (byte[] damaged : List.of(flipped, new byte[0], "half".getBytes(UTF_8))) {
      Files.write(entry, damaged);
      assertThat(cached(PLATFORM).compile("a")).isEqualTo("code of a".getBytes(UTF_8));
      assertThat(Files.readAllBytes(entry)).isEqualTo(whole);
    }
    assertThat(compilations).hasValue(4);
  }

  @Test
  void anEntryThatCannotBeReadOrWrittenCostsOnlyTime() throws IOException {
    cached(PLATFORM).compile("a");
    Path entry = files().get(0);
    Files.delete(entry);
    Files.createDirectories(entry.resolve("in the way"));
    assertThat(cached(PLATFORM).compile("a")).isEqualTo("code of a".getBytes(UTF_8));
    assertThat(compilations).hasValue(2);
    assertThat(files()).containsExactly(entry);
  }

  @Test
  void whatDoesNotCompileLeavesNothing() {
    assertThatThrownBy(() -> cached(PLATFORM).compile("?"))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("line 1");
    assertThat(folder).doesNotExist();
  }

  @Test
  void severalThreadsLeaveWholeEntriesOnly() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String source = "source " + i % 5;
        all.add(threads.submit(() -> cached(PLATFORM).compile(source)));
      }
      for (int i = 0; i < all.size(); i++) {
        assertThat(all.get(i).get()).isEqualTo(("code of source " + i % 5).getBytes(UTF_8));
      }
    } finally {
      threads.shutdown();
    }
    assertThat(files()).hasSize(5).allMatch(file -> file.toString().endsWith(".bin"));
  }

  @Test
  void everySourceIsDumpedEvenIfItsCodeIsKnownOrItDoesNotCompile() throws IOException {
    Path dump = root.resolve("sources");
    SourceCompiler compiler =
        new SourceFolders(Optional.of(folder), Optional.of(dump)).around(this::fake, PLATFORM);
    compiler.compile("a");
    Files.delete(dump.resolve("ca978112.cu"));
    compiler.compile("a");
    assertThat(compilations).hasValue(1);
    // The first digits of the SHA-256 of "a" (FIPS 180-4).
    assertThat(dump.resolve("ca978112.cu")).hasContent("a");
    assertThatThrownBy(() -> compiler.compile("?")).isInstanceOf(CudaException.class);
    try (Stream<Path> files = Files.list(dump)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aDumpFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    SourceCompiler compiler =
        new SourceFolders(Optional.empty(), Optional.of(file)).around(this::fake, PLATFORM);
    assertThatThrownBy(() -> compiler.compile("a"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cuda: a source cannot be written to %s — name another folder, or none", file);
  }
}
