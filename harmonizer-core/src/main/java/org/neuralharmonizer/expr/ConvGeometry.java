package org.neuralharmonizer.expr;

import org.neuralharmonizer.tensor.ShapeException;

/**
 * What the three members of a convolution trio share: the sliding window and the number of channel
 * groups. Channels follow from the operands: input N × C × H × W, filter O × C/groups × h × w,
 * output N × O × H′ × W′; output channel o of group o / (O/groups) sees that group's inputs only.
 */
public record ConvGeometry(WindowGeometry window, int groups) {

  public ConvGeometry {
    if (groups < 1) {
      throw new ShapeException("convolution: groups must be at least 1, not " + groups);
    }
  }

  public WindowAxis rows() {
    return window.rows();
  }

  public WindowAxis columns() {
    return window.columns();
  }

  /** The window, and the groups if there are several. */
  @Override
  public String toString() {
    return groups == 1 ? window.toString() : window + " in " + groups + " groups";
  }
}
