package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void createsAndReplaces() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, out -> out.write("one".getBytes(StandardCharsets.UTF_8)));
    assertThat(file).hasContent("one");
    AtomicFiles.write(file, out -> out.write("two".getBytes(StandardCharsets.UTF_8)));
    assertThat(file).hasContent("two");
    assertOnly(folder, file);
  }

  @Test
  void aFailingWriterLeavesTheEarlierFile() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "earlier");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "write \"%s\": No space left on device — put that right and write again;"
                + " an earlier file is untouched",
            file);
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file).hasContent("earlier");
    assertOnly(folder, file);
  }

  @Test
  void aMissingFolderAndAFolderAreNamed() {
    assertThatThrownBy(() -> AtomicFiles.write(folder.resolve("no/a.txt"), out -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no folder")
        .hasMessageContaining("create it first");
    assertThatThrownBy(() -> AtomicFiles.write(folder, out -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void aSymbolicLinkIsFollowed() throws IOException {
    Path real = Files.writeString(folder.resolve("real.txt"), "one");
    Path link = Files.createSymbolicLink(folder.resolve("link.txt"), real);
    AtomicFiles.write(link, out -> out.write("two".getBytes(StandardCharsets.UTF_8)));
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(real).hasContent("two");
  }

  @Test
  void aFullDiskLeavesTheEarlierFile() throws IOException, InterruptedException {
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString());
    if (!mounted) {
      System.out.println("skipped: a full disk needs the right to mount one");
    }
    assumeTrue(mounted, "a small file system cannot be mounted here");
    try {
      Path file = folder.resolve("weights.safetensors");
      Map<String, Tensor> small = Map.of("a", Tensor.filled(Shape.of(100), 2));
      Map<String, Tensor> large = Map.of("a", Tensor.zeros(Shape.of(1 << 20)));
      Safetensors.write(file, small);
      assertThatThrownBy(() -> Safetensors.write(file, large))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left on device");
      assertThat(Safetensors.read(file)).isEqualTo(small);
      assertOnly(folder, file);
    } finally {
      run("umount", folder.toString());
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void assertOnly(Path folder, Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
