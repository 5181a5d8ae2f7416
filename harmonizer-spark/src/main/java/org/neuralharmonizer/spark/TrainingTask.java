package org.neuralharmonizer.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.train.Harmonizer;

/**
 * How every machine comes by a training run. It is sent to the executors, which call it once for
 * each task that they run at a time; so it holds what is small and the same everywhere, such as
 * numbers and paths on a file system that all of them see, and makes the rest.
 *
 * <pre>{@code
 * record ClickMeRun(String records) implements TrainingTask {
 *   public Run run() {
 *     return new Run(harmonizer(), images(records));
 *   }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface TrainingTask extends Serializable {

  /**
   * A run as one machine has it.
   *
   * @param harmonizer its settings; checkpoints and listeners count on the driver alone
   * @param images all of them; the driver asks for names and weights, executors for the images of
   *     their shares
   * @param files to be closed after use
   */
  record Run(Harmonizer harmonizer, ImageSource images, Closeable files) implements Closeable {

    /** Images that are closed if they can be. */
    public Run(Harmonizer harmonizer, ImageSource images) {
      this(harmonizer, images, () -> closed(images));
    }

    private static void closed(ImageSource images) throws IOException {
      try {
        if (images instanceof AutoCloseable closeable) {
          closeable.close();
        }
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  /** Makes it anew. */
  Run run() throws IOException;

  /**
   * What computes.
   *
   * @param threads the cores that Spark gives each task, {@code spark.task.cpus}
   */
  default Backend backend(int threads) {
    return Backends.best(BackendOptions.defaults().withThreads(threads));
  }
}
