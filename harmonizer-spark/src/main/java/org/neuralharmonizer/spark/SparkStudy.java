package org.neuralharmonizer.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.comparison.ImageScores;
import org.neuralharmonizer.study.comparison.NetworkEntry;
import org.neuralharmonizer.study.comparison.NetworkEvaluation;
import org.neuralharmonizer.study.comparison.NetworkScorer;
import org.neuralharmonizer.study.comparison.Scoring;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import scala.Tuple2;

/**
 * Scores the networks of a study on a cluster, one network after the other, a few photographs a
 * task. A network travels once to each executor and is compiled once for each of its tasks at a
 * time. Every score has the bits that one machine gives it, however the photographs are spread.
 *
 * <pre>{@code
 * NetworkStudy.of(entries, task.protocol(), groups, SparkStudy.of(context, task), …);
 * }</pre>
 */
public final class SparkStudy implements Scoring {
  /** Chunks for each task of a job, after which what was scored is kept. */
  private static final int CHUNKS_PER_TASK = 4;

  /** Tasks for each core of a job: the slowest core is waited for once a job. */
  private static final int TASKS_PER_CORE = 4;

  private final JavaSparkContext context;
  private final StudyTask task;
  private final Duration patience;

  private SparkStudy(JavaSparkContext context, StudyTask task, Duration patience) {
    this.context = context;
    this.task = task;
    this.patience = patience;
  }

  /** Scoring that waits for two minutes for a first executor. */
  public static SparkStudy of(JavaSparkContext context, StudyTask task) {
    return new SparkStudy(context, task, Executors.PATIENCE);
  }

  /**
   * Scores all photographs.
   *
   * @throws IllegalStateException if no executor comes up, or a task fails as often as Spark's
   *     {@code spark.task.maxFailures} allows; the message says of what
   */
  @Override
  public List<ImageScores> images(NetworkEntry entry, List<ImageScores> before, Keeper keeper)
      throws IOException {
    StudyProtocol protocol = task.protocol();
    if (!entry.isNetwork()) {
      try (Backend backend = task.backend(1)) {
        return new NetworkEvaluation(protocol, backend).images(entry, before, keeper);
      }
    }
    Executors.await(context, patience);
    UUID run = UUID.randomUUID();
    Broadcast<byte[]> weights = context.broadcast(Files.readAllBytes(entry.source()));
    try {
      ChunkTask scoring =
          new ChunkTask(
              run,
              task,
              protocol.files().size(),
              entry.name(),
              entry.network(),
              entry.source().getFileName().toString(),
              weights);
      return images(scoring, before, keeper);
    } finally {
      weights.destroy();
      // In local mode the executor is this process.
      ExecutorPool.close(run);
    }
  }

  private List<ImageScores> images(ChunkTask scoring, List<ImageScores> before, Keeper keeper)
      throws IOException {
    context.setLocalProperty("spark.job.description", "scoring " + scoring.name());
    int first = before.size() / NetworkScorer.CHUNK;
    int chunks = NetworkScorer.chunks(scoring.photographs());
    int tasks = TASKS_PER_CORE * context.defaultParallelism();
    List<ImageScores> images = new ArrayList<>(before.subList(0, first * NetworkScorer.CHUNK));
    for (int from = first; from < chunks; from += tasks * CHUNKS_PER_TASK) {
      int to = Math.min(from + tasks * CHUNKS_PER_TASK, chunks);
      for (Tuple2<Integer, byte[]> chunk : scored(scoring, from, to, tasks)) {
        images.addAll(scores(chunk._2()));
      }
      keeper.keep(images);
    }
    return images;
  }

  private List<Tuple2<Integer, byte[]>> scored(ChunkTask scoring, int from, int to, int tasks) {
    try {
      List<Tuple2<Integer, byte[]>> chunks =
          new ArrayList<>(
              context
                  .parallelize(
                      IntStream.range(from, to).boxed().toList(), Math.min(tasks, to - from))
                  .mapPartitions(scoring)
                  .collect());
      chunks.sort(Comparator.comparing(Tuple2::_1));
      return chunks;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw SparkFailure.of("scoring \"" + scoring.name() + "\"", e);
    }
  }

  private static List<ImageScores> scores(byte[] bytes) throws IOException {
    try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return List.of((ImageScores[]) stream.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }
}
