package org.neuralharmonizer.spark;

import java.io.UncheckedIOException;

/** What a task failed of, as it would be said on one machine. */
final class SparkFailure {
  private SparkFailure() {}

  /** The first exception of a kind that explains itself to users, else Spark's own. */
  static IllegalStateException of(String what, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException
          || cause instanceof IllegalStateException
          || cause instanceof UncheckedIOException) {
        return new IllegalStateException(what + ": " + cause.getMessage(), failure);
      }
    }
    return new IllegalStateException(what + ": " + failure.getMessage(), failure);
  }
}
