package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.comparison.ImageScores;
import org.neuralharmonizer.study.comparison.NetworkEntry;
import org.neuralharmonizer.study.comparison.NetworkEvaluation;
import org.neuralharmonizer.study.comparison.NetworkScorer;
import org.neuralharmonizer.study.comparison.RaterAgreement;
import org.neuralharmonizer.study.comparison.Scoring;
import org.neuralharmonizer.study.comparison.StudyControls;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import scala.Tuple2;

/**
 * Scores the networks of a study on a cluster, one network after the other, a few photographs a
 * task. A network travels once to each executor and is compiled once for each of its tasks at a
 * time. Every score has the bits that one machine gives it, however the photographs are spread.
 *
 * <pre>{@code
 * try (SparkStudy scoring = SparkStudy.of(context, task)) {
 *   NetworkStudy.of(entries, task.protocol(), groups, scoring, …);
 * }
 * }</pre>
 */
public final class SparkStudy implements Scoring, AutoCloseable {
  /** Chunks for each task of a job, after which what was scored is kept. */
  private static final int CHUNKS_PER_TASK = 4;

  /** Tasks for each core of a job: the slowest core is waited for once a job. */
  private static final int TASKS_PER_CORE = 4;

  private final JavaSparkContext context;
  private final OpenedStudy study;

  private SparkStudy(JavaSparkContext context, OpenedStudy study) {
    this.context = context;
    this.study = study;
  }

  /** Scoring that waits for two minutes for a first executor. */
  public static SparkStudy of(JavaSparkContext context, StudyTask task) {
    return new SparkStudy(context, new OpenedStudy(UUID.randomUUID(), task));
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
    StudyProtocol protocol = study.protocol();
    if (!entry.isNetwork()) {
      try (Backend backend = study.task().backend(1)) {
        return new NetworkEvaluation(protocol, backend).images(entry, before, keeper);
      }
    }
    Executors.await(context, Executors.PATIENCE);
    UUID run = UUID.randomUUID();
    Broadcast<byte[]> weights = context.broadcast(Files.readAllBytes(entry.source()));
    try {
      ChunkTask scoring =
          new ChunkTask(
              run,
              study,
              protocol.images().size(),
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
    int first = before.size() / NetworkScorer.CHUNK;
    int chunks = NetworkScorer.chunks(scoring.photographs());
    int stride = tasks() * CHUNKS_PER_TASK;
    List<ImageScores> images = new ArrayList<>(before.subList(0, first * NetworkScorer.CHUNK));
    for (int from = first; from < chunks; from += stride) {
      int to = Math.min(from + stride, chunks);
      for (byte[] chunk : computed(scoring, from, to, "scoring " + scoring.name())) {
        images.addAll(List.of(Serialized.read(chunk, ImageScores[].class)));
      }
      keeper.keep(images);
    }
    return images;
  }

  /** Splits and draws of each photograph are spread too. */
  @Override
  public List<StudyControls.Ceiling> ceilings() throws IOException {
    Executors.await(context, Executors.PATIENCE);
    StudyProtocol protocol = study.protocol();
    AgreementTask agreeing = new AgreementTask(study, protocol.images().size());
    int all = new RaterAgreement(protocol).pieces();
    List<RaterAgreement.Piece> pieces = new ArrayList<>();
    for (byte[] piece : computed(agreeing, 0, all, "ceilings")) {
      pieces.add(Serialized.read(piece, RaterAgreement.Piece.class));
    }
    return RaterAgreement.ceilings(pieces);
  }

  /** Closes what the study has open in this process; the context stays open. */
  @Override
  public void close() {
    try {
      study.close();
    } catch (IOException e) {
      throw new UncheckedIOException("study: " + e.getMessage(), e);
    }
  }

  private int tasks() {
    return TASKS_PER_CORE * context.defaultParallelism();
  }

  /** What tasks give for a range of numbers, in their order. */
  private List<byte[]> computed(
      FlatMapFunction<Iterator<Integer>, Tuple2<Integer, byte[]>> work,
      int from,
      int to,
      String description) {
    if (from == to) {
      return List.of();
    }
    context.setLocalProperty("spark.job.description", description);
    try {
      return context
          .parallelize(IntStream.range(from, to).boxed().toList(), Math.min(tasks(), to - from))
          .mapPartitions(work)
          .collect()
          .stream()
          .sorted(Comparator.comparing(Tuple2::_1))
          .map(Tuple2::_2)
          .toList();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw SparkFailure.of(description, e);
    }
  }
}
