package org.neuralharmonizer.spark;

import java.io.Serializable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.train.Harmonizer;

/**
 * How every machine comes by a training run. It is sent to the executors, which call it once each;
 * so it holds what is small and the same everywhere, such as numbers and paths on a file system
 * that all of them see, and makes the rest.
 *
 * <pre>{@code
 * record ClickMeRun(String records) implements TrainingTask {
 *   public Harmonizer harmonizer() { … }
 *   public ImageSource images() { … }
 * }
 * }</pre>
 */
public interface TrainingTask extends Serializable {

  /** The settings of the run. Checkpoints and listeners count on the driver alone. */
  Harmonizer harmonizer();

  /**
   * All images. The driver asks for names and weights, executors for the images of their shares.
   * What can be closed is closed at the end.
   */
  ImageSource images();

  /**
   * What computes.
   *
   * @param threads the cores that Spark gives each task, {@code spark.task.cpus}
   */
  default Backend backend(int threads) {
    return Backends.best(BackendOptions.defaults().withThreads(threads));
  }
}
