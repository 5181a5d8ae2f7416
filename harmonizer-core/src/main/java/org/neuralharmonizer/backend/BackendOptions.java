package org.neuralharmonizer.backend;

/**
 * What a backend may use.
 *
 * @param threads threads that compute, at least 1; results do not depend on it
 * @param maxBytes memory that one loaded program may take
 * @param shortConvolution whether 3 × 3 convolutions may trade digits for speed
 */
public record BackendOptions(int threads, long maxBytes, ShortConvolution shortConvolution) {
  public BackendOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("backend: threads must be at least 1, not " + threads);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("backend: maxBytes must be positive, not " + maxBytes);
    }
  }

  /** All processors, and the memory of this Java virtual machine. */
  public static BackendOptions defaults() {
    Runtime runtime = Runtime.getRuntime();
    return new BackendOptions(
        runtime.availableProcessors(), runtime.maxMemory(), ShortConvolution.WHERE_FASTER);
  }

  public BackendOptions withThreads(int count) {
    return new BackendOptions(count, maxBytes, shortConvolution);
  }

  public BackendOptions withMaxBytes(long bytes) {
    return new BackendOptions(threads, bytes, shortConvolution);
  }

  public BackendOptions withShortConvolution(ShortConvolution choice) {
    return new BackendOptions(threads, maxBytes, choice);
  }
}
