package org.neuralharmonizer.spark;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;

/** Whether a cluster has given what was asked for. */
final class Executors {
  /** How long to wait for a first executor, if nothing else is said. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private Executors() {}

  /**
   * Waits for a first executor, for which Spark itself would wait forever.
   *
   * @throws IllegalStateException if none comes up
   */
  static void await(JavaSparkContext context, Duration most) {
    await(
        () -> context.sc().isLocal() || present(context) > 0,
        most,
        () ->
            "spark: no executor came up at %s within %d s, with %s cores and %s of memory each and %s cores for a task — ask for what a machine of the cluster has free, or look at its log"
                .formatted(
                    context.master(),
                    most.toSeconds(),
                    context.getConf().get("spark.executor.cores", "all"),
                    context.getConf().get("spark.executor.memory", "1g"),
                    context.getConf().get("spark.task.cpus", "1")));
  }

  /**
   * Waits for room for tasks that run at the same time, for which Spark would wait ten minutes.
   *
   * @throws IllegalStateException if there is not as much
   */
  static void awaitRoom(JavaSparkContext context, int tasks, Duration most) {
    await(
        () -> room(context) >= tasks,
        most,
        () ->
            "spark: %d shares must run at the same time, and %s has room for %d tasks — take fewer shares, more executors, or statistics of parts"
                .formatted(tasks, context.master(), room(context)));
  }

  private static int room(JavaSparkContext context) {
    ResourceProfile profile = context.sc().resourceProfileManager().defaultResourceProfile();
    return context.sc().maxNumConcurrentTasks(profile);
  }

  private static void await(BooleanSupplier there, Duration most, Supplier<String> missing) {
    long start = System.nanoTime();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() - start > most.toNanos()) {
        throw new IllegalStateException(missing.get());
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("spark: interrupted while waiting for executors", e);
      }
    }
  }

  /** Executors without the driver, which Spark lists with them. */
  private static int present(JavaSparkContext context) {
    return context.sc().getExecutorMemoryStatus().size() - 1;
  }
}
