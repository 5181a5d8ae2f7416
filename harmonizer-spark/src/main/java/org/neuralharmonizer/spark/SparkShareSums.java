package org.neuralharmonizer.spark;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
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
   * Waits for a first executor, and for as many as it takes to compute shares together.
   *
   * @throws IllegalStateException if they do not come up
   */
  SparkShareSums(
      JavaSparkContext context, TrainingTask task, Division division, Duration patience) {
    this.context = context;
    this.task = task;
    this.division = division;
    Executors.await(context, patience);
    if (division.exchanges()) {
      ExchangePlugin.require(context.getConf());
      Executors.awaitRoom(context, division.shares(), patience);
    }
  }

  @Override
  public Sums of(long done, int count, float[] state) {
    Broadcast<byte[]> sent = context.broadcast(Floats.bytes(state, 0, state.length));
    try {
      context.setLocalProperty("spark.job.description", "training step " + (done + count));
      Pieces pieces = new Pieces(division.shares());
      JavaRDD<Integer> shares =
          context.parallelize(
              IntStream.range(0, division.shares()).boxed().toList(), division.shares());
      ShareTask work = new ShareTask(run, task, division, pieces, done, count, sent);
      // Gradients are about as long as the state.
      int reducers = Math.min(Pieces.count(state.length), context.defaultParallelism());
      return Pieces.joined(
          (division.exchanges() ? TogetherStage.of(shares, work) : shares.mapPartitionsToPair(work))
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
