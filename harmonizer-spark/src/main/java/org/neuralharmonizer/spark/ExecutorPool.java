package org.neuralharmonizer.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What tasks of one run use one after the other in this process, such as compiled networks. A task
 * borrows one; there are as many as tasks that ran at the same time.
 *
 * <p>Spark's processes outlive tasks and have no place for what outlives them; hence the one static
 * map.
 *
 * @param <T> what is borrowed
 */
final class ExecutorPool<T extends AutoCloseable> {
  private static final Map<UUID, ExecutorPool<?>> POOLS = new HashMap<>();

  private final Deque<T> idle = new ArrayDeque<>();

  /** Whether another run has taken over; late tasks then close what they borrowed. */
  private boolean closed;

  /** Uses what was borrowed. */
  @FunctionalInterface
  interface Use<T, R> {
    R of(T borrowed) throws Exception;
  }

  /**
   * Borrows one, or makes one where all are in use.
   *
   * @param run whose it is; what idles for other runs is closed
   */
  static <T extends AutoCloseable, R> R use(UUID run, Callable<T> maker, Use<T, R> use)
      throws Exception {
    ExecutorPool<T> pool = pool(run);
    T borrowed = pool.take();
    if (borrowed == null) {
      borrowed = maker.call();
    }
    R result;
    try {
      result = use.of(borrowed);
    } catch (Exception | Error e) {
      // What was interrupted in the middle is not used again.
      borrowed.close();
      throw e;
    }
    pool.giveBack(borrowed);
    return result;
  }

  /** Closes what a run has in this process. */
  static void close(UUID run) {
    ExecutorPool<?> pool;
    synchronized (POOLS) {
      pool = POOLS.remove(run);
    }
    if (pool != null) {
      pool.closeIdle();
    }
  }

  // A run has one pool, which is made by its own tasks.
  @SuppressWarnings("unchecked")
  private static <T extends AutoCloseable> ExecutorPool<T> pool(UUID run) {
    synchronized (POOLS) {
      if (!POOLS.containsKey(run)) {
        POOLS.values().forEach(ExecutorPool::closeIdle);
        POOLS.clear();
        POOLS.put(run, new ExecutorPool<T>());
      }
      return (ExecutorPool<T>) POOLS.get(run);
    }
  }

  private synchronized @Nullable T take() {
    return idle.poll();
  }

  private synchronized void giveBack(T borrowed) throws Exception {
    if (closed) {
      borrowed.close();
    } else {
      idle.push(borrowed);
    }
  }

  private synchronized void closeIdle() {
    closed = true;
    try {
      for (T each : idle) {
        each.close();
      }
      idle.clear();
    } catch (Exception e) {
      throw new IllegalStateException(
          "spark: what a task left cannot be closed: " + e.getMessage(), e);
    }
  }
}
