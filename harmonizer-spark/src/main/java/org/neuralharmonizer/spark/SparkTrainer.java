package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.TrainingResult;

/**
 * Trains on a cluster: the shares of every batch are computed by Spark's executors, their gradients
 * are added up in the shuffle, and the optimizer's rule runs once, on the driver.
 *
 * <pre>{@code
 * TrainingResult result =
 *     SparkTrainer.of(context, task, Division.synchronous(16)).fit();
 * }</pre>
 *
 * <p>The result is what {@link Harmonizer#fit(ImageSource, Backend, Division,
 * org.neuralharmonizer.train.ShareSums)} says: it depends on the division, and has the same bits on
 * any number of executors, when some of them are lost on the way, and with speculative execution. A
 * driver that is lost goes on from the latest checkpoint when it is started again.
 */
public final class SparkTrainer {
  private final JavaSparkContext context;
  private final TrainingTask task;
  private final Division division;
  private final Duration patience;

  private SparkTrainer(
      JavaSparkContext context, TrainingTask task, Division division, Duration patience) {
    this.context = context;
    this.task = task;
    this.division = division;
    this.patience = patience;
  }

  /** A trainer that waits for two minutes for a first executor. */
  public static SparkTrainer of(JavaSparkContext context, TrainingTask task, Division division) {
    return new SparkTrainer(context, task, division, Executors.PATIENCE);
  }

  /** How long to wait for a first executor. */
  public SparkTrainer waiting(Duration most) {
    return new SparkTrainer(context, task, division, most);
  }

  /**
   * Trains.
   *
   * @throws IllegalStateException if no executor comes up, or a share fails as often as Spark's
   *     {@code spark.task.maxFailures} allows; the message says of what, and of which image
   * @throws IllegalArgumentException as {@link Harmonizer#fit(ImageSource, Backend, Division,
   *     org.neuralharmonizer.train.ShareSums)}
   */
  public TrainingResult fit() {
    try (TrainingTask.Run run = task.run();
        Backend backend = task.backend(1);
        SparkShareSums sums = new SparkShareSums(context, task, division, patience)) {
      return run.harmonizer().fit(run.images(), backend, division, sums);
    } catch (IOException e) {
      throw new UncheckedIOException("training: " + e.getMessage(), e);
    }
  }
}
