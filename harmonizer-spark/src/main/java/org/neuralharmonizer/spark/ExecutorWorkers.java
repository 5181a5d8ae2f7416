package org.neuralharmonizer.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.ShareWorker;

/**
 * The workers of one run in this process. A task borrows one; there are as many as tasks that ran
 * at the same time, and each is compiled once.
 *
 * <p>Processes of Spark outlive tasks and have no place for what outlives them; hence the one
 * static map.
 */
final class ExecutorWorkers {
  private static final Map<UUID, ExecutorWorkers> RUNS = new HashMap<>();

  private final TrainingTask task;
  private final Division division;
  private final Deque<Loaded> idle = new ArrayDeque<>();

  /** A worker and what it stands on. */
  private record Loaded(ShareWorker worker, ImageSource images, Backend backend) {
    void close() {
      worker.close();
      backend.close();
      closeImages(images);
    }
  }

  private ExecutorWorkers(TrainingTask task, Division division) {
    this.task = task;
    this.division = division;
  }

  /** Those of a run; the idle workers of runs before it are given up. */
  static ExecutorWorkers of(UUID run, TrainingTask task, Division division) {
    synchronized (RUNS) {
      ExecutorWorkers known = RUNS.get(run);
      if (known == null) {
        RUNS.values().forEach(ExecutorWorkers::closeIdle);
        RUNS.clear();
        known = new ExecutorWorkers(task, division);
        RUNS.put(run, known);
      }
      return known;
    }
  }

  /** Gives up the workers of a run in this process. */
  static void close(UUID run) {
    synchronized (RUNS) {
      ExecutorWorkers known = RUNS.remove(run);
      if (known != null) {
        known.closeIdle();
      }
    }
  }

  ShareWorker.Contribution work(long done, int count, int share, float[] state, int threads) {
    Loaded loaded = borrow(threads);
    ShareWorker.Contribution given;
    try {
      given = loaded.worker().work(done, count, share, state);
    } catch (RuntimeException | Error e) {
      // What was interrupted in the middle is not used again.
      loaded.close();
      throw e;
    }
    giveBack(loaded);
    return given;
  }

  private Loaded borrow(int threads) {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    ImageSource images = task.images();
    Backend backend = task.backend(threads);
    try {
      return new Loaded(task.harmonizer().worker(images, division, backend), images, backend);
    } catch (RuntimeException e) {
      backend.close();
      closeImages(images);
      throw e;
    }
  }

  private void giveBack(Loaded loaded) {
    synchronized (idle) {
      idle.push(loaded);
    }
  }

  private void closeIdle() {
    synchronized (idle) {
      idle.forEach(Loaded::close);
      idle.clear();
    }
  }

  static void closeImages(ImageSource images) {
    if (images instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("training: images cannot be closed: " + e.getMessage(), e);
      }
    }
  }
}
