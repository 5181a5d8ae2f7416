package org.neuralharmonizer.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.comparison.ImageScores;
import org.neuralharmonizer.study.comparison.NetworkEntry;
import org.neuralharmonizer.study.comparison.NetworkScorer;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import scala.Tuple2;

/**
 * Scores chunks of photographs by one network, which came with the broadcast.
 *
 * @param photographs as many as the driver sees
 * @param file the name of the file of weights, which tells its format
 */
record ChunkTask(
    UUID run,
    OpenedStudy study,
    int photographs,
    String name,
    String network,
    String file,
    Broadcast<byte[]> weights)
    implements FlatMapFunction<Iterator<Integer>, Tuple2<Integer, byte[]>> {

  private record Loaded(NetworkScorer scorer, Backend backend) implements AutoCloseable {
    @Override
    public void close() {
      scorer.close();
      backend.close();
    }
  }

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Integer> chunks) throws Exception {
    return ExecutorPool.use(
        run,
        this::load,
        loaded -> {
          List<Tuple2<Integer, byte[]>> scored = new ArrayList<>();
          while (chunks.hasNext()) {
            int chunk = chunks.next();
            scored.add(new Tuple2<>(chunk, scores(loaded.scorer().chunk(chunk))));
          }
          return scored.iterator();
        });
  }

  private Loaded load() throws IOException {
    StudyProtocol protocol = study.protocol(photographs);
    Path folder = Files.createTempDirectory("harmonizer");
    Path source = folder.resolve(file);
    Backend backend = study.task().backend(TaskContext.get().cpus());
    try {
      Files.write(source, weights.value());
      NetworkEntry entry =
          new NetworkEntry(name, network, source, Optional.empty(), OptionalDouble.empty());
      return new Loaded(NetworkScorer.of(protocol, entry, backend), backend);
    } catch (IOException | RuntimeException e) {
      backend.close();
      throw e;
    } finally {
      Files.deleteIfExists(source);
      Files.delete(folder);
    }
  }

  private static byte[] scores(List<ImageScores> scores) throws IOException {
    return Serialized.bytes(scores.toArray(ImageScores[]::new));
  }
}
