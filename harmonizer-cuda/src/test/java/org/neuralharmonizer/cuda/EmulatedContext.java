package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an emulated device keeps account of: which thread has entered it, what is allocated, what is
 * open, and what is being recorded.
 */
final class EmulatedContext {

  /** As for the driver, a thread speaks to the device it has entered last. */
  private static final ThreadLocal<EmulatedContext> CURRENT = new ThreadLocal<>();

  private final Allocations allocations;
  private final Set<Object> handles = new HashSet<>();
  private List<Work> recorded;
  private boolean closed;

  /** Something in stream order. */
  interface Work {

    /** Refuses what a GPU would not be able to do, or would do wrongly. */
    void check();

    void run();
  }

  EmulatedContext(long bytes) {
    this.allocations = new Allocations(bytes);
  }

  Allocations allocations() {
    return allocations;
  }

  void enter() {
    checkOpen();
    CURRENT.set(this);
  }

  /** Does something now, or notes it if work is being recorded. */
  void start(Runnable check, Runnable run) {
    checkEntered();
    check.run();
    if (recorded == null) {
      run.run();
      return;
    }
    recorded.add(
        new Work() {
          @Override
          public void check() {
            check.run();
          }

          @Override
          public void run() {
            run.run();
          }
        });
  }

  /** The work that another starts, noted instead of done. */
  List<Work> record(Runnable work) {
    checkNotRecording("record");
    List<Work> list = new ArrayList<>();
    recorded = list;
    try {
      work.run();
    } finally {
      recorded = null;
    }
    return list;
  }

  <H> H hold(H handle) {
    handles.add(handle);
    return handle;
  }

  /** Whether it was still open. */
  boolean release(Object handle) {
    if (closed) {
      return false;
    }
    checkEntered();
    return handles.remove(handle);
  }

  void checkHeld(Object handle) {
    if (!handles.contains(handle)) {
      throw new CudaException("used after it was closed");
    }
  }

  void checkOpen() {
    if (closed) {
      throw new CudaException("the device is closed");
    }
  }

  void checkEntered() {
    checkOpen();
    if (CURRENT.get() != this) {
      throw new CudaException(
          "thread " + Thread.currentThread().getName() + " has not entered this device");
    }
  }

  void checkNotRecording(String what) {
    checkEntered();
    if (recorded != null) {
      throw new CudaException(what + ": not while recording");
    }
  }

  void checkGuards() {
    allocations
        .all()
        .forEach(
            (address, length) -> {
              if (!EmulatorLibrary.intact(address, length)) {
                throw new CudaException(
                    "something was written before or after %d allocated bytes".formatted(length));
              }
            });
  }

  static void checkApart(String what, long first, long firstBytes, long second, long secondBytes) {
    if (first < second + secondBytes && second < first + firstBytes) {
      throw new CudaException(what + " overlap");
    }
  }

  /** Fails if anything is still allocated or open. */
  void close() {
    if (closed) {
      return;
    }
    checkNotRecording("close");
    String left = "";
    if (allocations.total() > 0 || !handles.isEmpty()) {
      left = "closed with %d bytes allocated and open: %s".formatted(allocations.total(), handles);
    }
    try {
      checkGuards();
    } finally {
      allocations.all().keySet().forEach(EmulatorLibrary::release);
      closed = true;
      if (CURRENT.get() == this) {
        CURRENT.remove();
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(left);
    }
  }
}
