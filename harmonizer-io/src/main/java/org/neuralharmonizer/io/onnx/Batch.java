package org.neuralharmonizer.io.onnx;

import org.neuralharmonizer.expr.Expr;

/**
 * How many images a graph is given, and how many it was written for. Exporters write the extent of
 * the batch into shapes where they were not told that it varies; such shapes are adapted.
 */
final class Batch {
  private final int declared;
  private final int given;
  private boolean isAdapted;

  private Batch(int declared, int given) {
    this.declared = declared;
    this.given = given;
  }

  /** A graph that says that the batch varies. */
  static Batch free() {
    return new Batch(1, 1);
  }

  static Batch of(int declared, int given) {
    return new Batch(declared, given);
  }

  /**
   * The outermost extent of a shape for {@code size} elements, adapted if the one in the file does
   * not fit because it was written for another number of images.
   *
   * @param inner elements of the other extents together
   */
  int outermost(int extent, long inner, long size) {
    return extent * inner == size || adapted(extent) * inner != size ? extent : adapt(extent);
  }

  /** The outermost extent of a shape with an open one, adapted if that gives it a value's own. */
  int like(int extent, int outermost) {
    return adapted(extent) == outermost ? adapt(extent) : extent;
  }

  /**
   * A value that is there once for each image: one that was written for a batch of one image, such
   * as a class token, is repeated.
   */
  Expr forEach(Expr value, int images) {
    boolean isOne = declared == 1 && images == given && value.shape().extent(0) == 1;
    if (!isOne || given == 1) {
      return value;
    }
    isAdapted = true;
    return value.broadcastTo(value.shape().with(0, images));
  }

  private long adapted(int extent) {
    return extent % declared == 0 ? (long) extent / declared * given : extent;
  }

  private int adapt(int extent) {
    isAdapted |= declared != given;
    return (int) adapted(extent);
  }

  /** Whether a shape was changed, so that it has to be shown that images stay apart. */
  boolean isAdapted() {
    return isAdapted;
  }
}
