package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.train.SmallTask;
import org.neuralharmonizer.train.TrainingResult;

/**
 * Training in processes that are killed at random instants ends as if nothing had happened. As many
 * steps as {@code harmonizer.soak.steps} says; the profile {@code soak} takes 10,000.
 */
class InterruptedTrainingTest {
  private static final int STEPS = Integer.getInteger("harmonizer.soak.steps", 600);
  private static final int STEPS_PER_CHECKPOINT = 20;
  private static final long SEED = 20;
  private static final String HEAP = "-Xmx48m";

  @TempDir private Path folder;

  /** The process: trains and writes what it has become. */
  static final class Training {
    private Training() {}

    public static void main(String... arguments) throws IOException {
      Path store = Path.of(arguments[0]);
      int epochs = Integer.parseInt(arguments[1]);
      try (Backend backend = Backends.named("cpu", BackendOptions.defaults().withThreads(1))) {
        TrainingResult result =
            SmallTask.settings()
                .epochs(epochs)
                .checkpoints(SafetensorsCheckpoints.in(store), STEPS_PER_CHECKPOINT)
                .build()
                .fit(SmallTask.images(), backend);
        Safetensors.write(store.resolve("result"), result.parameters().asMap());
      }
    }
  }

  @Test
  void endsWithTheSameBitsAndLeavesNoFileHalfWritten() throws Exception {
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Process undisturbed = start(whole);
    assertThat(undisturbed.waitFor()).as("within " + HEAP).isZero();

    Path store = Files.createDirectory(folder.resolve("killed"));
    SeededRandom random = SeededRandom.of(SEED);
    int kills = 0;
    while (!Files.exists(store.resolve("result"))) {
      Process process = start(store);
      long target = latest(store) + 50 + random.nextInt(400);
      while (process.isAlive() && latest(store) < target) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      if (process.isAlive()) {
        kills++;
      }
      process.destroyForcibly().waitFor();
      for (Path checkpoint : checkpoints(store)) {
        assertThat(Safetensors.read(checkpoint)).isNotEmpty();
      }
    }
    assertThat(kills).isPositive();
    assertThat(Safetensors.read(store.resolve("result")))
        .isEqualTo(Safetensors.read(whole.resolve("result")));
  }

  private static Process start(Path store) throws IOException {
    // Ten images in steps of four.
    String epochs = String.valueOf(STEPS * 4 / 10);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            Training.class.getName(),
            store.toString(),
            epochs)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The step of the latest checkpoint; 0 without any. */
  private static long latest(Path store) throws IOException {
    return checkpoints(store).stream()
        .map(file -> file.getFileName().toString().replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .max()
        .orElse(0);
  }

  private static List<Path> checkpoints(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files
          .filter(file -> file.getFileName().toString().matches("step-\\d+\\.safetensors"))
          .toList();
    }
  }
}
