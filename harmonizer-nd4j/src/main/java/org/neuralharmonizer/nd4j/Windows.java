package org.neuralharmonizer.nd4j;

import java.util.function.ObjIntConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.program.Slot;

/**
 * Calls for windows. Sums go tap by tap over strided views. What depends on indices is done in Java
 * on the processor, and by masks, tap by tap, on a GPU, where nothing may be read on the way.
 */
final class Windows {
  private final Plan plan;
  private final Elementwise elementwise;
  private final Sums sums;

  Windows(Plan plan, Elementwise elementwise, Sums sums) {
    this.plan = plan;
    this.elementwise = elementwise;
    this.sums = sums;
  }

  /** The parts of input and output that meet at a tap. */
  record Meeting(INDArray input, INDArray output) {}

  void sum(WindowGeometry geometry, Slot x, Slot y) {
    if (isWhole(geometry.rows()) && isWhole(geometry.columns())) {
      int planes = y.shape().size();
      sums.around(
          plan.storage().view(x), 1, planes, x.shape().size() / planes, plan.storage().view(y));
      return;
    }
    plan.fill(plan.storage().view(y), 0);
    eachTap(
        geometry,
        plan.storage().view(x),
        plan.storage().view(y),
        (meeting, tap) -> plan.custom("add", meeting.output, meeting.output, meeting.input));
  }

  void spread(WindowGeometry geometry, Slot y, Slot x) {
    plan.fill(plan.storage().view(x), 0);
    eachTap(
        geometry,
        plan.storage().view(x),
        plan.storage().view(y),
        (meeting, tap) -> plan.custom("add", meeting.input, meeting.input, meeting.output));
  }

  private static boolean isWhole(WindowAxis axis) {
    return axis.kernel() == axis.extent()
        && axis.dilation() == 1
        && axis.outputs() == 1
        && axis.before() == 0;
  }

  static void eachTap(
      WindowGeometry geometry, INDArray x, INDArray y, ObjIntConsumer<Meeting> use) {
    for (int k = 0; k < geometry.rows().kernel(); k++) {
      for (int l = 0; l < geometry.columns().kernel(); l++) {
        Taps rows = Taps.of(geometry.rows(), k);
        Taps columns = Taps.of(geometry.columns(), l);
        if (rows.count() > 0 && columns.count() > 0) {
          Meeting meeting = new Meeting(inputs(x, rows, columns), outputs(y, rows, columns));
          use.accept(meeting, k * geometry.columns().kernel() + l);
        }
      }
    }
  }

  /** Of N × C × H × W, the positions that a tap reads. */
  static INDArray inputs(INDArray x, Taps rows, Taps columns) {
    int width = (int) x.size(3);
    int height = (int) x.size(2);
    int channels = (int) x.size(1);
    return Views.part(
        x,
        rows.input() * width + columns.input(),
        new int[] {(int) x.size(0), channels, rows.count(), columns.count()},
        new int[] {channels * height * width, height * width, rows.step() * width, columns.step()});
  }

  /** Of N × C × H′ × W′, the windows that have a tap in the input. */
  static INDArray outputs(INDArray y, Taps rows, Taps columns) {
    return inputs(
        y,
        new Taps(rows.output(), rows.output(), rows.count(), 1),
        new Taps(columns.output(), columns.output(), columns.count(), 1));
  }

  void argMax(WindowGeometry geometry, Slot x, Slot y) {
    if (plan.device() == Plan.Device.CPU) {
      HostWindows loops = new HostWindows(geometry, x.shape().extent(0) * x.shape().extent(1));
      HostArray from = HostArray.of(plan.storage().view(x));
      HostArray to = HostArray.of(plan.storage().view(y));
      plan.host(() -> loops.argMax(from, to));
    } else {
      argMaxByMasks(geometry, plan.storage().view(x), plan.storage().view(y));
    }
  }

  /**
   * The best value so far and its tap; a tap takes both over where its value is greater, or the
   * first that is NaN. A window begins with what its first tap in the input reads.
   */
  private void argMaxByMasks(WindowGeometry geometry, INDArray x, INDArray y) {
    INDArray best = plan.scratch(y.shape());
    plan.fill(best, Double.NEGATIVE_INFINITY);
    plan.fill(y, -1);
    eachTap(
        geometry,
        x,
        y,
        (meeting, tap) -> {
          INDArray place = meeting.output;
          INDArray held =
              Views.part(best, (int) (place.offset() - y.offset()), extents(place), strides(place));
          INDArray value = plan.scratch(place.shape());
          INDArray mask = plan.scratch(place.shape());
          plan.copy(meeting.input, value);
          takesOver(value, held, place, mask);
          blend(mask, value, held);
          INDArray number = plan.scratch(place.shape());
          plan.fill(number, tap);
          blend(mask, number, place);
          for (INDArray each : new INDArray[] {value, mask, number}) {
            plan.storage().release(each);
          }
        });
    // Windows that lie in the padding altogether.
    plan.legacy(new ScalarMax(y, null, y, 0));
  }

  /** 1 where value > held, where value is the first NaN, or where nothing is held yet. */
  private void takesOver(INDArray value, INDArray held, INDArray taps, INDArray mask) {
    INDArray other = plan.scratch(value.shape());
    // Nothing is held: −tap is positive, as the tap is −1.
    INDArray dense = plan.scratch(value.shape());
    plan.copy(taps, dense);
    elementwise.scale(dense, -1, dense);
    plan.legacy(new Step(dense, mask, 0));
    plan.copy(held, dense);
    plan.custom("subtract", other, value, dense);
    plan.legacy(new Step(other, other, 0));
    plan.custom("maximum", mask, mask, other);
    nanOf(value, other);
    plan.custom("maximum", mask, mask, other);
    // Not again once NaN is held.
    nanOf(dense, other);
    elementwise.scale(other, -1, other);
    plan.legacy(new ScalarAdd(other, null, other, 1));
    plan.custom("multiply", mask, mask, other);
    plan.storage().release(other);
    plan.storage().release(dense);
  }

  /** 1 where x is NaN, else 0. */
  private void nanOf(INDArray x, INDArray result) {
    INDArray truths = plan.truths(x.shape());
    plan.custom("equals", truths, x, x);
    plan.copy(truths, result);
    plan.storage().release(truths);
    elementwise.scale(result, -1, result);
    plan.legacy(new ScalarAdd(result, null, result, 1));
  }

  /** Where the mask is 1 the target takes the value. */
  private void blend(INDArray mask, INDArray value, INDArray target) {
    INDArray old = plan.scratch(target.shape());
    plan.copy(target, old);
    INDArray chosen = plan.scratch(target.shape());
    elementwise.select(mask, value, old, chosen);
    plan.copy(chosen, target);
    plan.storage().release(old);
    plan.storage().release(chosen);
  }

  private static int[] extents(INDArray array) {
    int[] extents = new int[array.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = (int) array.size(axis);
    }
    return extents;
  }

  private static int[] strides(INDArray array) {
    int[] strides = new int[array.rank()];
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = array.stride(axis);
    }
    return strides;
  }

  void gather(WindowGeometry geometry, Slot x, Slot taps, Slot y) {
    if (plan.device() == Plan.Device.CPU) {
      HostWindows loops = new HostWindows(geometry, x.shape().extent(0) * x.shape().extent(1));
      HostArray from = HostArray.of(plan.storage().view(x));
      HostArray at = HostArray.of(plan.storage().view(taps));
      HostArray to = HostArray.of(plan.storage().view(y));
      plan.host(() -> loops.gather(from, at, to));
      return;
    }
    plan.fill(plan.storage().view(y), 0);
    INDArray all = plan.storage().view(taps);
    INDArray result = plan.storage().view(y);
    eachTap(
        geometry,
        plan.storage().view(x),
        result,
        (meeting, tap) -> {
          INDArray chosen = chosen(meeting, all, result, tap, meeting.input);
          plan.custom("add", meeting.output, meeting.output, chosen);
          plan.storage().release(chosen);
        });
  }

  void scatter(WindowGeometry geometry, Slot y, Slot taps, Slot x) {
    if (plan.device() == Plan.Device.CPU) {
      HostWindows loops = new HostWindows(geometry, x.shape().extent(0) * x.shape().extent(1));
      HostArray from = HostArray.of(plan.storage().view(y));
      HostArray at = HostArray.of(plan.storage().view(taps));
      HostArray to = HostArray.of(plan.storage().view(x));
      plan.host(() -> loops.scatter(from, at, to));
      return;
    }
    plan.fill(plan.storage().view(x), 0);
    INDArray all = plan.storage().view(taps);
    INDArray windows = plan.storage().view(y);
    eachTap(
        geometry,
        plan.storage().view(x),
        windows,
        (meeting, tap) -> {
          INDArray chosen = chosen(meeting, all, windows, tap, meeting.output);
          plan.custom("add", meeting.input, meeting.input, chosen);
          plan.storage().release(chosen);
        });
  }

  /** Values where a window's tap is this one, else 0. */
  private INDArray chosen(
      Meeting meeting, INDArray taps, INDArray windows, int tap, INDArray values) {
    INDArray place = meeting.output;
    INDArray own =
        Views.part(taps, (int) (place.offset() - windows.offset()), extents(place), strides(place));
    INDArray truths = plan.truths(place.shape());
    INDArray number = plan.scratch(1, 1, 1, 1);
    plan.fill(number, tap);
    plan.custom("equals", truths, own, number);
    INDArray mask = plan.scratch(place.shape());
    plan.copy(truths, mask);
    plan.storage().release(truths);
    INDArray dense = plan.scratch(place.shape());
    plan.copy(values, dense);
    INDArray chosen = plan.scratch(place.shape());
    elementwise.replaceWhereNotZero(mask, dense, chosen);
    plan.storage().release(number);
    plan.storage().release(mask);
    plan.storage().release(dense);
    return chosen;
  }
}
