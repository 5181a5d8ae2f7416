package org.neuralharmonizer.expr;

import org.neuralharmonizer.tensor.ShapeException;

/**
 * Evenly spaced positions along an axis: {@code start, start + step, …}, {@code count} of them.
 * {@link Movement.Slice} reads from them and {@link Movement.Pad} writes to them.
 */
public record Span(int start, int step, int count) {
  public Span {
    if (start < 0 || step < 1 || count < 0) {
      throw new ShapeException(
          "span: start and count must not be negative and step at least 1 (start %d, step %d, count %d)"
              .formatted(start, step, count));
    }
  }

  /** All positions of an axis. */
  public static Span all(int extent) {
    return new Span(0, 1, extent);
  }

  /** Neighbouring positions, from the first up to but without the second. */
  public static Span range(int from, int to) {
    return new Span(from, 1, to - from);
  }

  boolean fits(int extent) {
    return count == 0 || start + (long) (count - 1) * step < extent;
  }
}
