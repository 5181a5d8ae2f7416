package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Shape;

/**
 * A step that treats the positions of the outermost axis alike and each by itself, as it is for one
 * position: the axis stays, with extent 1. Dense products are left out; they are faster with many
 * images at once.
 *
 * @param count positions
 * @param step the step for one of them
 * @param isSliced for each storage whether the step touches only a part of it at each position
 */
record SliceForm(int count, Step step, Map<Integer, Boolean> isSliced) {

  /** Null if the step mixes positions, or is better done at once. */
  static @Nullable SliceForm of(Step step) {
    if (step instanceof Step.Fused fused) {
      return fused(fused);
    }
    return step instanceof Step.Apply apply ? applied(apply) : null;
  }

  private static @Nullable SliceForm fused(Step.Fused fused) {
    Loop loop = fused.loop();
    if (loop.space().rank() == 0 || loop.space().size() == 0) {
      return null;
    }
    int count = loop.space().extent(0);
    Map<Integer, Boolean> isSliced = new HashMap<>();
    List<Slot> inputs = new ArrayList<>();
    for (int i = 0; i < loop.operands().size(); i++) {
      Slot input = fused.inputs().get(i);
      boolean moves = loop.operands().get(i).strides().get(0) != 0;
      Boolean before = isSliced.put(input.storage(), moves);
      if (before != null && before != moves) {
        return null;
      }
      inputs.add(moves ? slice(input, count) : input);
    }
    List<Loop.Sum> sums = new ArrayList<>();
    for (Loop.Sum sum : loop.sums()) {
      boolean mixes = (long) sum.run() * sum.count() < loop.space().size();
      if (mixes || sum.count() % count != 0) {
        return null;
      }
      sums.add(new Loop.Sum(sum.value(), sum.run(), sum.count() / count));
    }
    fused.outputs().forEach(output -> isSliced.put(output.storage(), true));
    Shape space = loop.space().with(0, 1);
    Loop part = new Loop(space, loop.operands(), loop.instructions(), loop.results(), sums);
    List<Slot> outputs = fused.outputs().stream().map(output -> slice(output, count)).toList();
    return new SliceForm(count, new Step.Fused(part, inputs, outputs), isSliced);
  }

  private static @Nullable SliceForm applied(Step.Apply apply) {
    Shape first = apply.inputs().get(0).shape();
    Shape result = apply.output().shape();
    if (first.rank() == 0 || result.rank() == 0 || result.size() == 0) {
      return null;
    }
    int count = first.extent(0);
    Primitive part = part(apply.primitive(), first, result);
    if (part == null || result.extent(0) != count) {
      return null;
    }
    boolean hasFilter =
        part instanceof Convolution.Conv2d || part instanceof Convolution.Conv2dInput;
    Map<Integer, Boolean> isSliced = new HashMap<>();
    List<Slot> inputs = new ArrayList<>();
    for (int i = 0; i < apply.inputs().size(); i++) {
      Slot input = apply.inputs().get(i);
      boolean moves = i == 0 || !hasFilter;
      Boolean before = isSliced.put(input.storage(), moves);
      if (before != null && before != moves) {
        return null;
      }
      inputs.add(moves ? slice(input, count) : input);
    }
    isSliced.put(apply.output().storage(), true);
    return new SliceForm(
        count, new Step.Apply(part, inputs, slice(apply.output(), count)), isSliced);
  }

  /** The primitive for one position. */
  private static @Nullable Primitive part(Primitive primitive, Shape first, Shape result) {
    if (primitive instanceof Convolution.Conv2d conv) {
      return isDepthwise(conv.geometry(), first) ? conv : null;
    }
    if (primitive instanceof Convolution.Conv2dInput conv) {
      return isDepthwise(conv.geometry(), result) ? conv : null;
    }
    if (primitive instanceof Movement.Slice slice
        && slice.spans().get(0).equals(Span.all(first.extent(0)))) {
      List<Span> spans = new ArrayList<>(slice.spans());
      spans.set(0, Span.all(1));
      return new Movement.Slice(spans);
    }
    if (primitive instanceof Reduction.Sum sum) {
      return sum.axes().contains(0) ? null : sum;
    }
    boolean isWindow =
        primitive instanceof Windowing.WindowSum
            || primitive instanceof Windowing.WindowSpread
            || primitive instanceof Windowing.ArgMaxWindow
            || primitive instanceof Windowing.GatherWindow
            || primitive instanceof Windowing.ScatterWindow;
    return isWindow ? primitive : null;
  }

  private static boolean isDepthwise(ConvGeometry geometry, Shape images) {
    return images.extent(1) == geometry.groups();
  }

  private static Slot slice(Slot slot, int count) {
    Shape shape = slot.shape();
    boolean outermost = shape.rank() > 0 && shape.extent(0) == count;
    return new Slot(slot.storage(), outermost ? shape.with(0, 1) : Shape.of(shape.size() / count));
  }
}
