package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A team of threads that share the tasks of a loop. The caller takes part, so a team of one thread
 * has no other.
 *
 * <p>Which thread runs which task is left to chance; results are not, because callers divide their
 * work by a rule that does not look at the number of threads, and no two tasks write the same
 * element.
 *
 * <p>A loop begun inside a task, or while another thread uses the team, runs on the thread that
 * began it.
 */
final class Workers implements AutoCloseable {

  /** Waking a parked thread costs tens of microseconds; steps follow each other faster. */
  private static final long SPIN_NANOS = 50_000;

  private final List<Worker> team = new ArrayList<>();
  private final ReentrantLock use = new ReentrantLock();
  private final ThreadLocal<Scratch> scratch;
  private volatile @Nullable Loop current;
  private volatile boolean closed;

  Workers(int threads, Kernels kernels) {
    if (threads < 1) {
      throw new IllegalArgumentException("workers: a team needs at least 1 thread, not " + threads);
    }
    Supplier<Scratch> create = () -> new Scratch(kernels);
    scratch = ThreadLocal.withInitial(create);
    for (int i = 1; i < threads; i++) {
      Worker worker = new Worker("harmonizer-" + i);
      team.add(worker);
      worker.start();
    }
  }

  int threads() {
    return team.size() + 1;
  }

  /** Buffers of the calling thread, kept between loops. */
  Scratch scratch() {
    return scratch.get();
  }

  /**
   * Runs {@code task} for 0 … tasks − 1 and returns when all have ended. The first exception is
   * thrown here, after the tasks under way have ended; the rest do not start.
   *
   * @throws IllegalStateException if the team is closed
   */
  void forEach(int tasks, IntConsumer task) {
    if (closed) {
      throw new IllegalStateException("workers: the team is closed — create another");
    }
    if (tasks <= 1 || team.isEmpty() || isBusy()) {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
      return;
    }
    try {
      share(new Loop(tasks, task, Thread.currentThread()));
    } finally {
      use.unlock();
    }
  }

  /** Otherwise the calling thread holds the team and must unlock it. */
  private boolean isBusy() {
    boolean inside =
        use.isHeldByCurrentThread()
            || (Thread.currentThread() instanceof Worker worker && worker.team() == this);
    return inside || !use.tryLock();
  }

  private void share(Loop loop) {
    current = loop;
    int helpers = Math.min(team.size(), loop.tasks - 1);
    for (int i = 0; i < helpers; i++) {
      Worker worker = team.get(i);
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
    loop.help();
    loop.await();
    current = null;
    Throwable failure = loop.failure.get();
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Ends the threads; a loop under way ends first. */
  @Override
  public void close() {
    use.lock();
    try {
      closed = true;
      team.forEach(LockSupport::unpark);
    } finally {
      use.unlock();
    }
  }

  private static final class Loop {
    final int tasks;
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final IntConsumer task;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    Loop(int tasks, IntConsumer task, Thread caller) {
      this.tasks = tasks;
      this.task = task;
      this.caller = caller;
    }

    void help() {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            task.accept(i);
          }
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
        } finally {
          if (ended.incrementAndGet() == tasks) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    void await() {
      long start = System.nanoTime();
      boolean interrupted = false;
      while (ended.get() < tasks) {
        if (System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
      }
      if (interrupted) {
        caller.interrupt();
      }
    }
  }

  private final class Worker extends Thread {
    volatile boolean parked;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    Workers team() {
      return Workers.this;
    }

    @Override
    public void run() {
      @Nullable Loop last = null;
      long idleSince = System.nanoTime();
      while (!closed) {
        Loop loop = current;
        if (loop != null && loop != last) {
          loop.help();
          last = loop;
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          // A finished loop must not be kept alive by the threads that helped it.
          last = loop;
          sleep(last);
          idleSince = System.nanoTime();
        }
      }
    }

    private void sleep(@Nullable Loop last) {
      parked = true;
      // The flag is up before the second look, so a caller either sees it or is seen here.
      if (!closed && current == last) {
        LockSupport.park(Workers.this);
      }
      parked = false;
    }
  }
}
