package org.neuralharmonizer.spark;

import java.io.IOException;
import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.ShareWorker;
import scala.Tuple2;

/** What an executor does for some steps: a share of each, from the state that was sent. */
record ShareTask(
    UUID run,
    TrainingTask task,
    Division division,
    Pieces pieces,
    long done,
    int count,
    Broadcast<byte[]> state)
    implements PairFlatMapFunction<Iterator<Integer>, Long, byte[]> {

  /** A worker and what it stands on. */
  private record Loaded(ShareWorker worker, TrainingTask.Run run, Backend backend)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      worker.close();
      backend.close();
      run.close();
    }
  }

  @Override
  public Iterator<Tuple2<Long, byte[]>> call(Iterator<Integer> shares) throws Exception {
    int share = shares.next();
    float[] values = Floats.floats(state.value());
    return ExecutorPool.use(
        run,
        this::load,
        loaded -> pieces.cut(share, loaded.worker().work(done, count, share, values)));
  }

  private Loaded load() throws IOException {
    TrainingTask.Run own = task.run();
    Backend backend = task.backend(TaskContext.get().cpus());
    try {
      return new Loaded(
          own.harmonizer()
              .worker(own.images(), division, backend, new TaskExchange(division.shares())),
          own,
          backend);
    } catch (RuntimeException e) {
      backend.close();
      own.close();
      throw e;
    }
  }
}
