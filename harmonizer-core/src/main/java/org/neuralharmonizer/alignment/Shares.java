package org.neuralharmonizer.alignment;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Threads that each do one share of a piece of work. A single share is done by the calling thread.
 * Closing ends the threads.
 */
final class Shares implements AutoCloseable {
  private final int count;
  private final ExecutorService threads;

  Shares(int count) {
    this.count = count;
    // Starts threads as they are needed, so none for a single share.
    this.threads = Executors.newFixedThreadPool(count);
  }

  int count() {
    return count;
  }

  /** Does the shares 0 … count − 1 and returns when all are done; a failure is passed on. */
  void run(IntConsumer share) {
    if (count == 1) {
      share.accept(0);
      return;
    }
    List<Callable<Object>> tasks =
        IntStream.range(0, count).mapToObj(i -> Executors.callable(() -> share.accept(i))).toList();
    try {
      for (Future<Object> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw asThrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while threads shared the work", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static RuntimeException asThrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }
}
