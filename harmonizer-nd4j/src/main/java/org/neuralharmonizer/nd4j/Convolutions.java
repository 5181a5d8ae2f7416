package org.neuralharmonizer.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.program.Slot;

/**
 * Calls for the convolution trio. Where each channel has filters of its own, tap by tap; else group
 * by group, by oneDNN where it is there and right, or as products of the filters and unfolded
 * images.
 */
final class Convolutions {
  private final Plan plan;
  private final Sums sums;
  private final Kind kind;

  /** What ND4J's convolutions are made of. */
  enum Kind {
    /** oneDNN or cuDNN. */
    FAST,
    /** ND4J's own code, which is many times slower than products. */
    PLAIN
  }

  Convolutions(Plan plan, Sums sums, Kind kind) {
    this.plan = plan;
    this.sums = sums;
    this.kind = kind;
  }

  void output(ConvGeometry geometry, Slot x, Slot w, Slot y) {
    if (isDepthwise(geometry, x, y)) {
      depthwiseOutput(geometry, x, w, y);
      return;
    }
    for (int group = 0; group < geometry.groups(); group++) {
      Group its = new Group(geometry, group, x, w, y);
      new Trio(plan, kind, geometry).output(its.x(Flow.IN), its.w(), its.y(Flow.OUT));
      its.storeY();
    }
  }

  void input(ConvGeometry geometry, Slot y, Slot w, Slot x) {
    if (isDepthwise(geometry, x, y)) {
      depthwiseInput(geometry, y, w, x);
      return;
    }
    for (int group = 0; group < geometry.groups(); group++) {
      Group its = new Group(geometry, group, x, w, y);
      new Trio(plan, kind, geometry).input(its.y(Flow.IN), its.w(), its.x(Flow.OUT));
      its.storeX();
    }
  }

  void filter(ConvGeometry geometry, Slot x, Slot y, Slot w) {
    if (isDepthwise(geometry, x, y)) {
      depthwiseFilter(geometry, x, y, w);
      return;
    }
    for (int group = 0; group < geometry.groups(); group++) {
      Group its = new Group(geometry, group, x, w, y);
      new Trio(plan, kind, geometry).filter(its.x(Flow.IN), its.y(Flow.IN), its.w());
      its.release();
    }
  }

  private enum Flow {
    IN,
    OUT
  }

  /** One group's part of the operands; copies where its channels do not lie together. */
  private final class Group {
    private final INDArray wholeX;
    private final INDArray wholeY;
    private final INDArray filters;
    private INDArray x;
    private INDArray y;

    Group(ConvGeometry geometry, int group, Slot x, Slot w, Slot y) {
      wholeX = channels(x, group, geometry.groups());
      wholeY = channels(y, group, geometry.groups());
      int[] extents = w.shape().extents();
      extents[0] /= geometry.groups();
      int size = Views.size(extents);
      filters = plan.storage().view(w, group * size, extents, Views.strides(extents));
      this.x = wholeX;
      this.y = wholeY;
    }

    private INDArray channels(Slot slot, int group, int groups) {
      int[] strides = slot.shape().strides();
      int[] extents = slot.shape().extents();
      extents[1] /= groups;
      return plan.storage().view(slot, group * extents[1] * strides[1], extents, strides);
    }

    INDArray w() {
      return filters;
    }

    INDArray x(Flow flow) {
      x = dense(wholeX, flow);
      return x;
    }

    INDArray y(Flow flow) {
      y = dense(wholeY, flow);
      return y;
    }

    private INDArray dense(INDArray whole, Flow flow) {
      if (whole.stride(0) == whole.size(1) * whole.stride(1) || whole.size(0) == 1) {
        return whole;
      }
      INDArray copy = plan.scratchLike(whole);
      if (flow == Flow.IN) {
        plan.copy(whole, copy);
      }
      return copy;
    }

    void storeX() {
      store(x, wholeX);
    }

    void storeY() {
      store(y, wholeY);
    }

    private void store(INDArray part, INDArray whole) {
      if (part != whole) {
        plan.copy(part, whole);
      }
      release();
    }

    void release() {
      plan.storage().release(x);
      plan.storage().release(y);
    }
  }

  // ---- One filter for each channel

  private static boolean isDepthwise(ConvGeometry geometry, Slot x, Slot y) {
    return geometry.groups() > 1
        && x.shape().extent(1) == geometry.groups()
        && y.shape().extent(1) == geometry.groups();
  }

  /** The weights of one tap, for each channel. */
  private INDArray weights(ConvGeometry geometry, Slot w, int tap) {
    int channels = w.shape().extent(0);
    int taps = geometry.window().taps();
    return plan.storage().view(w, tap, new int[] {1, channels, 1, 1}, new int[] {1, taps, 1, 1});
  }

  private void depthwiseOutput(ConvGeometry geometry, Slot x, Slot w, Slot y) {
    INDArray result = plan.storage().view(y);
    plan.fill(result, 0);
    Windows.eachTap(
        geometry.window(),
        plan.storage().view(x),
        result,
        (meeting, tap) -> addProduct(meeting.input(), weights(geometry, w, tap), meeting.output()));
  }

  private void depthwiseInput(ConvGeometry geometry, Slot y, Slot w, Slot x) {
    INDArray result = plan.storage().view(x);
    plan.fill(result, 0);
    Windows.eachTap(
        geometry.window(),
        result,
        plan.storage().view(y),
        (meeting, tap) -> addProduct(meeting.output(), weights(geometry, w, tap), meeting.input()));
  }

  private void addProduct(INDArray values, INDArray weights, INDArray target) {
    INDArray product = plan.scratch(target.shape());
    plan.custom("multiply", product, values, weights);
    plan.custom("add", target, target, product);
    plan.storage().release(product);
  }

  private void depthwiseFilter(ConvGeometry geometry, Slot x, Slot y, Slot w) {
    plan.fill(plan.storage().view(w), 0);
    int channels = w.shape().extent(0);
    INDArray column = plan.scratch(channels);
    Windows.eachTap(
        geometry.window(),
        plan.storage().view(x),
        plan.storage().view(y),
        (meeting, tap) -> {
          INDArray product = plan.scratch(meeting.output().shape());
          plan.custom("multiply", product, meeting.input(), meeting.output());
          int inner = (int) (product.size(2) * product.size(3));
          sums.around(product, (int) product.size(0), channels, inner, column);
          plan.copy(Views.reshaped(column, 1, channels, 1, 1), weights(geometry, w, tap));
          plan.storage().release(product);
        });
  }
}
