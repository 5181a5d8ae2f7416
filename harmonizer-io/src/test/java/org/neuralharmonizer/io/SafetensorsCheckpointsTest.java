package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Checkpoint;

class SafetensorsCheckpointsTest {
  private static final Tensor BITS =
      Tensor.of(
          Shape.of(6),
          -0f,
          Float.MIN_VALUE,
          Float.MAX_VALUE,
          Float.intBitsToFloat(0x7fc12345),
          Float.NEGATIVE_INFINITY,
          0.1f);

  @TempDir Path folder;

  @Test
  void aCheckpointComesBackToTheBit() throws IOException {
    Map<String, Tensor> tensors =
        Map.of("conv.weight", BITS, "velocity of conv.weight", Tensor.scalar(2));
    Map<String, String> settings = Map.of("seed", "7", "step", "a setting of that name", "ü", "—");
    Checkpoint saved = new Checkpoint(12, tensors, settings);
    SafetensorsCheckpoints.in(folder).save(saved);
    Checkpoint read = SafetensorsCheckpoints.in(folder).latest().orElseThrow();
    assertThat(read).isEqualTo(saved);
    assertThat(Float.floatToRawIntBits(read.tensors().get("conv.weight").value(3)))
        .isEqualTo(0x7fc12345);
  }

  @Test
  void anAbsentOrEmptyFolderHasNone() throws IOException {
    assertThat(SafetensorsCheckpoints.in(folder.resolve("absent")).latest()).isEmpty();
    Files.writeString(folder.resolve("notes.txt"), "not a checkpoint");
    assertThat(SafetensorsCheckpoints.in(folder).latest()).isEmpty();
  }

  @Test
  void theLatestTwoAreKeptAndOtherFilesLeftAlone() throws IOException {
    Path notes = Files.writeString(folder.resolve("notes.txt"), "mine");
    Path partial =
        Files.writeString(folder.resolve(".step-0000000003.safetensors.1f.partial"), "half");
    SafetensorsCheckpoints store = SafetensorsCheckpoints.in(folder);
    for (long step : new long[] {9, 10, 11}) {
      store.save(checkpoint(step));
    }
    assertThat(partial).doesNotExist();
    assertThat(names()).containsExactlyInAnyOrder(name(10), name(11), "notes.txt");
    assertThat(notes).hasContent("mine");
    // Another store in the same folder, as after a restart.
    SafetensorsCheckpoints.in(folder).save(checkpoint(12));
    assertThat(names()).containsExactlyInAnyOrder(name(11), name(12), "notes.txt");
  }

  @Test
  void aDamagedNewestFileIsPassedOverWithAWarning() throws IOException {
    for (Damage damage : Damage.values()) {
      SafetensorsCheckpoints store = SafetensorsCheckpoints.in(folder);
      store.save(checkpoint(1));
      store.save(checkpoint(2));
      Path newest = folder.resolve(name(2));
      Files.write(newest, damage.to(Files.readAllBytes(newest)));
      SafetensorsCheckpoints after = SafetensorsCheckpoints.in(folder);
      List<String> warnings = new ArrayList<>();
      Checkpoint read = collecting(warnings, () -> after.latest().orElseThrow());
      assertThat(read).as("%s", damage).isEqualTo(checkpoint(1));
      assertThat(warnings).as("%s", damage).hasSize(1);
      assertThat(warnings.get(0)).contains(newest.toString(), folder.resolve(name(1)).toString());

      // The whole one outlives the damaged one, whatever their numbers.
      after.save(checkpoint(5));
      assertThat(names()).containsExactlyInAnyOrder(name(1), name(5));
      Files.delete(folder.resolve(name(5)));
    }
  }

  @Test
  void filesWithoutAnyWholeOneAreAnError() throws IOException {
    Files.writeString(folder.resolve(name(1)), "rubbish");
    Files.write(folder.resolve(name(2)), new byte[0]);
    List<String> warnings = new ArrayList<>();
    assertThatThrownBy(
            () -> collecting(warnings, () -> SafetensorsCheckpoints.in(folder).latest().get()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "read \"%s\": none of its 2 checkpoints can be read (read \"%s\": only 0 bytes"
                .formatted(folder, folder.resolve(name(2))))
        .hasMessageEndingWith("restore one from a copy, or start afresh in another folder");
    assertThat(warnings).isEmpty();
  }

  @Test
  void aRenamedFileIsNotTrusted() throws IOException {
    SafetensorsCheckpoints.in(folder).save(checkpoint(1));
    Files.move(folder.resolve(name(1)), folder.resolve(name(7)));
    assertThatThrownBy(() -> SafetensorsCheckpoints.in(folder).latest())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its name says step 7, its content 1");
  }

  @Test
  void aFullDiskLeavesTheEarlierCheckpoint() throws IOException, InterruptedException {
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString());
    if (!mounted) {
      System.out.println("skipped: a full disk needs the right to mount one");
    }
    assumeTrue(mounted, "a small file system cannot be mounted here");
    try {
      SafetensorsCheckpoints store = SafetensorsCheckpoints.in(folder);
      store.save(checkpoint(1));
      Checkpoint large = new Checkpoint(2, Map.of("a", Tensor.zeros(Shape.of(1 << 20))), Map.of());
      assertThatThrownBy(() -> store.save(large))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "write \"%s\": No space left on device — put that right and write again;"
                  + " an earlier file is untouched",
              folder.resolve(name(2)));
      assertThat(names()).containsExactly(name(1));
      assertThat(store.latest()).contains(checkpoint(1));
    } finally {
      run("umount", folder.toString());
    }
  }

  private enum Damage {
    CUT_OFF,
    EMPTY,
    ONE_BIT_OF_A_VALUE,
    HEADER;

    byte[] to(byte[] bytes) {
      byte[] damaged = bytes.clone();
      switch (this) {
        case CUT_OFF -> damaged = Arrays.copyOf(bytes, 50);
        case EMPTY -> damaged = new byte[0];
        case ONE_BIT_OF_A_VALUE -> damaged[damaged.length - 3] ^= 4;
        case HEADER -> damaged[20] = 0;
      }
      return damaged;
    }
  }

  private static Checkpoint checkpoint(long step) {
    return new Checkpoint(
        step,
        Map.of("a", Tensor.filled(Shape.of(3), (double) step), "b", BITS),
        Map.of("seed", "1"));
  }

  private static String name(long step) {
    return "step-%010d.safetensors".formatted(step);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private interface Reading {
    Checkpoint read() throws IOException;
  }

  private static Checkpoint collecting(List<String> warnings, Reading reading) throws IOException {
    Logger logger = Logger.getLogger(SafetensorsCheckpoints.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            warnings.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      return reading.read();
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
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
}
