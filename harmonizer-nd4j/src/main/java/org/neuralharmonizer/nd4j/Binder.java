package org.neuralharmonizer.nd4j;

import java.util.List;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/** Says by which calls a step of a program is done. */
final class Binder {
  private final Plan plan;
  private final Loops loops;
  private final Movements movements;
  private final Windows windows;
  private final Products products;
  private final Convolutions convolutions;
  private final Rows rows;
  private final Sums sums;

  Binder(Plan plan, Convolutions.Kind kind) {
    this.plan = plan;
    Elementwise elementwise = new Elementwise(plan);
    this.sums = new Sums(plan);
    this.loops = new Loops(plan, elementwise, sums);
    this.movements = new Movements(plan, loops);
    this.windows = new Windows(plan, elementwise, sums);
    this.products = new Products(plan);
    this.convolutions = new Convolutions(plan, sums, kind);
    this.rows = new Rows(plan, sums);
  }

  List<Runnable> bind(Step step) {
    if (step instanceof Step.Fused fused) {
      loops.run(fused);
    } else if (step instanceof Step.Sliced) {
      throw new IllegalArgumentException(
          "nd4j: the program was compiled image by image — compile it as this backend's fusion()"
              + " says: "
              + step);
    } else if (step.outputs().get(0).shape().size() > 0) {
      bind((Step.Apply) step);
    }
    return plan.take();
  }

  private void bind(Step.Apply step) {
    Primitive primitive = step.primitive();
    List<Slot> inputs = step.inputs();
    switch (primitive.code()) {
      case INPUT, LITERAL, CONSTANT, RESHAPE -> throw new AssertionError("not a step: " + step);
      case DETACH -> throw new AssertionError("compiled away: " + step);
      case EXP,
          LOG,
          SQRT,
          RECIPROCAL,
          TANH,
          ERF,
          POWER,
          ADD,
          SCALE,
          SELECT,
          MULTIPLY,
          STEP,
          SIGN,
          GREATER,
          EQUAL ->
          loops.run(new Step.Fused(Loop.of(step), inputs, step.outputs()));
      case SUM -> sum(step);
      case SHARE_SUM ->
          throw new IllegalArgumentException(
              "nd4j: a sum over the shares of a batch is computed by the backend cpu — use that");
      case BROADCAST -> movements.broadcast(step);
      case PERMUTE -> movements.permute(step);
      case SLICE -> movements.slice(step);
      case PAD -> movements.pad(step);
      case CONCAT -> movements.concat(step);
      case GATHER_ROWS -> rows.gather(step);
      case SCATTER_ROWS -> rows.scatter(step);
      case ARG_MAX -> rows.argMax(step);
      case GATHER_WINDOW ->
          windows.gather(
              ((Windowing.GatherWindow) primitive).geometry(),
              inputs.get(0),
              inputs.get(1),
              step.output());
      case SCATTER_WINDOW ->
          windows.scatter(
              ((Windowing.ScatterWindow) primitive).geometry(),
              inputs.get(0),
              inputs.get(1),
              step.output());
      case WINDOW_SUM ->
          windows.sum(((Windowing.WindowSum) primitive).geometry(), inputs.get(0), step.output());
      case WINDOW_SPREAD ->
          windows.spread(
              ((Windowing.WindowSpread) primitive).geometry(), inputs.get(0), step.output());
      case ARG_MAX_WINDOW ->
          windows.argMax(
              ((Windowing.ArgMaxWindow) primitive).geometry(), inputs.get(0), step.output());
      case MATMUL -> products.matmul(step);
      case CONV2D, CONV2D_INPUT, CONV2D_FILTER -> convolution(step);
    }
  }

  private void sum(Step.Apply step) {
    Slot x = step.inputs().get(0);
    if (x.shape().size() == 0) {
      plan.fill(plan.storage().view(step.output()), 0);
      return;
    }
    sums.over(
        plan.storage().view(x),
        Storage.extents(x),
        ((Reduction.Sum) step.primitive()).axes(),
        plan.storage().view(step.output()));
  }

  private void convolution(Step.Apply step) {
    Slot a = step.inputs().get(0);
    Slot b = step.inputs().get(1);
    Slot c = step.output();
    if (a.shape().size() == 0 || b.shape().size() == 0) {
      plan.fill(plan.storage().view(c), 0);
      return;
    }
    Primitive primitive = step.primitive();
    if (primitive instanceof Convolution.Conv2d each) {
      convolutions.output(each.geometry(), a, b, c);
    } else if (primitive instanceof Convolution.Conv2dInput each) {
      convolutions.input(each.geometry(), a, b, c);
    } else {
      ConvGeometry geometry = ((Convolution.Conv2dFilter) primitive).geometry();
      convolutions.filter(geometry, a, b, c);
    }
  }
}
