package org.neuralharmonizer.spark;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.ShareSums;

/** A job for each step, or each round of local steps: the state goes out, sums come back. */
final class SparkShareSums implements ShareSums, AutoCloseable {
  private final JavaSparkContext context;
  private final UUID run = UUID.randomUUID();
  private final TrainingTask task;
  private final Division division;

  /**
   * Waits for a first executor.
   *
   * @throws IllegalStateException if none comes up
   */
  SparkShareSums(
      JavaSparkContext context, TrainingTask task, Division division, Duration patience) {
    this.context = context;
    this.task = task;
    this.division = division;
    Executors.await(context, patience);
  }

  @Override
  public Sums of(long done, int count, float[] state) {
    Broadcast<byte[]> sent = context.broadcast(Floats.bytes(state, 0, state.length));
    try {
      context.setLocalProperty("spark.job.description", "training step " + (done + count));
      Pieces pieces = new Pieces(division.shares());
      List<Integer> shares = IntStream.range(0, division.shares()).boxed().toList();
      // Gradients are about as long as the state.
      int reducers = Math.min(Pieces.count(state.length), context.defaultParallelism());
      return Pieces.joined(
          context
              .parallelize(shares, division.shares())
              .mapPartitionsToPair(new ShareTask(run, task, division, pieces, done, count, sent))
              .repartitionAndSortWithinPartitions(pieces.partitioner(reducers))
              .mapPartitions(pieces::sums)
              .collect());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw SparkFailure.of("training, after step " + done, e);
    } finally {
      sent.destroy();
    }
  }

  @Override
  public void close() {
    // In local mode the executor is this process.
    ExecutorPool.close(run);
  }
}
