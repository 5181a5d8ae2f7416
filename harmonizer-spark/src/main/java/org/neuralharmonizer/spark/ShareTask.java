package org.neuralharmonizer.spark;

import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
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

  @Override
  public Iterator<Tuple2<Long, byte[]>> call(Iterator<Integer> shares) {
    int share = shares.next();
    ExecutorWorkers workers = ExecutorWorkers.of(run, task, division);
    ShareWorker.Contribution given =
        workers.work(done, count, share, Floats.floats(state.value()), TaskContext.get().cpus());
    return pieces.cut(share, given);
  }
}
