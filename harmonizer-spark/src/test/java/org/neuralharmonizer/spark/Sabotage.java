package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.tensor.Shape;

/**
 * The small run on machines where things go wrong.
 *
 * @param how what goes wrong
 * @param folder where it is noted that it did, so that it happens once
 * @param small what is trained
 */
record Sabotage(How how, String folder, SmallRun small) implements TrainingTask {
  static final int EPOCHS = 2;

  /** The position of an image, taken in the middle of an epoch. */
  private static final int VICTIM = 17;

  /** No copy by then: the test fails. */
  private static final Duration MOST = Duration.ofMinutes(1);

  enum How {
    /** The process ends in the middle of a step. */
    KILLED,
    /** One share takes as long as it takes until a copy of it runs elsewhere. */
    SLOW,
    /** An image cannot be read, ever. */
    POISONED,
    /** There is hardly any memory. */
    STARVED
  }

  @Override
  public Run run() {
    return new Run(small.builder().build(), new Images(SmallRun.images()));
  }

  @Override
  public Backend backend(int threads) {
    BackendOptions options = BackendOptions.defaults().withThreads(threads);
    return Backends.named("cpu", how == How.STARVED ? options.withMaxBytes(1 << 16) : options);
  }

  private void strike(String id) {
    switch (how) {
      case KILLED -> {
        if (first("struck")) {
          Runtime.getRuntime().halt(137);
        }
      }
      case SLOW -> {
        if (first("struck")) {
          awaitCopy();
        } else {
          first("copied");
        }
      }
      case POISONED ->
          throw new UncheckedIOException(
              "read \"" + id + "\": the record is damaged", new IOException());
      case STARVED -> {}
    }
  }

  private boolean first(String what) {
    try {
      Files.createFile(Path.of(folder, what));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitCopy() {
    long start = System.nanoTime();
    while (!Files.exists(Path.of(folder, "copied")) && System.nanoTime() - start < MOST.toNanos()) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private final class Images implements ImageSource {
    private final ImageSource images;

    Images(ImageSource images) {
      this.images = images;
    }

    @Override
    public LabeledImages.Batch batch(List<Visit> visits) {
      visits.stream()
          .filter(visit -> visit.position() == VICTIM)
          .forEach(visit -> strike(id(visit)));
      return images.batch(visits);
    }

    @Override
    public int size() {
      return images.size();
    }

    @Override
    public int classes() {
      return images.classes();
    }

    @Override
    public Shape imageShape() {
      return images.imageShape();
    }

    @Override
    public int mapped() {
      return images.mapped();
    }

    @Override
    public double mapWeight(Visit visit) {
      return images.mapWeight(visit);
    }

    @Override
    public String id(Visit visit) {
      return images.id(visit);
    }

    @Override
    public String description() {
      return images.description();
    }
  }
}
