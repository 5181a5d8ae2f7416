package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.WindowAxis;

/** How far windows reach beyond the edges of an image. */
public final class Padding {
  private enum Rule {
    STATED,
    SAME,
    CEILING
  }

  private static final Padding VALID = new Padding(Rule.STATED, 0, 0, 0, 0);
  private static final Padding SAME = new Padding(Rule.SAME, 0, 0, 0, 0);

  private final Rule rule;
  private final int top;
  private final int bottom;
  private final int left;
  private final int right;

  private Padding(Rule rule, int top, int bottom, int left, int right) {
    this.rule = rule;
    this.top = top;
    this.bottom = bottom;
    this.left = left;
    this.right = right;
  }

  /** None. */
  public static Padding valid() {
    return VALID;
  }

  /**
   * TensorFlow's SAME: ⌈extent / stride⌉ outputs; an odd element of padding comes after the image,
   * so that the windows of an even extent at stride 2 are off centre.
   */
  public static Padding same() {
    return SAME;
  }

  /** As many elements on all four sides, as in PyTorch. */
  public static Padding symmetric(int elements) {
    return explicit(elements, elements, elements, elements);
  }

  /** Stated for each side. */
  public static Padding explicit(int top, int bottom, int left, int right) {
    return new Padding(Rule.STATED, top, bottom, left, right);
  }

  /** Symmetric, with a last window that may end beyond it: PyTorch's ceil mode. */
  public static Padding ceiling(int elements) {
    return new Padding(Rule.CEILING, elements, elements, elements, elements);
  }

  WindowAxis rows(int extent, int kernel, int stride, int dilation) {
    return axis(extent, kernel, stride, dilation, top, bottom);
  }

  WindowAxis columns(int extent, int kernel, int stride, int dilation) {
    return axis(extent, kernel, stride, dilation, left, right);
  }

  private WindowAxis axis(int extent, int kernel, int stride, int dilation, int before, int after) {
    // The padding rules see a dilated window as a dense one of the same reach.
    int reach = (kernel - 1) * dilation + 1;
    if (rule == Rule.SAME) {
      WindowAxis same = WindowAxis.same(extent, reach, stride);
      return new WindowAxis(extent, kernel, stride, dilation, same.before(), same.after());
    }
    if (rule == Rule.CEILING) {
      WindowAxis ceiling = WindowAxis.ceiling(extent, reach, stride, before);
      return new WindowAxis(extent, kernel, stride, dilation, before, ceiling.after());
    }
    return new WindowAxis(extent, kernel, stride, dilation, before, after);
  }
}
