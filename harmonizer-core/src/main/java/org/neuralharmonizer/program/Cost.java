package org.neuralharmonizer.program;

import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Shape;

/** What a step costs: arithmetic and memory traffic. */
final class Cost {
  private Cost() {}

  static long operations(Step step) {
    if (step instanceof Step.Fused fused) {
      long instructions =
          fused.loop().instructions().stream().filter(each -> each.code() != Code.LITERAL).count();
      return (instructions + fused.loop().sums().size()) * fused.loop().space().size();
    }
    if (step instanceof Step.Sliced sliced) {
      return sliced.count() * sliced.body().stream().mapToLong(Cost::operations).sum();
    }
    Step.Apply apply = (Step.Apply) step;
    Primitive primitive = apply.primitive();
    Shape first = apply.inputs().get(0).shape();
    if (primitive instanceof Contraction.MatMul matmul) {
      int depth = first.extent(matmul.left() == Contraction.Reading.AS_STORED ? -1 : -2);
      return 2L * apply.output().shape().size() * depth;
    }
    if (primitive instanceof Convolution.Conv2d conv) {
      return convolution(conv.geometry(), apply.output().shape(), first.extent(1));
    }
    if (primitive instanceof Convolution.Conv2dInput conv) {
      return convolution(conv.geometry(), first, apply.output().shape().extent(1));
    }
    if (primitive instanceof Convolution.Conv2dFilter conv) {
      return convolution(conv.geometry(), apply.inputs().get(1).shape(), first.extent(1));
    }
    WindowGeometry window = window(primitive);
    if (window != null) {
      int taps = window.taps();
      boolean reduces = apply.output().shape().size() < first.size();
      return (long) taps * (reduces ? apply.output().shape().size() : first.size());
    }
    return switch (primitive.code()) {
      case RESHAPE, BROADCAST, PERMUTE, PAD, SLICE, CONCAT, GATHER_ROWS, DETACH -> 0;
      case GATHER_WINDOW -> 0;
      default -> Math.max(first.size(), apply.output().shape().size());
    };
  }

  /** Multiply–adds are the same for all three members of the trio. */
  private static long convolution(ConvGeometry geometry, Shape output, int channels) {
    return 2L * output.size() * (channels / geometry.groups()) * geometry.window().taps();
  }

  private static WindowGeometry window(Primitive primitive) {
    if (primitive instanceof Windowing.WindowSum sum) {
      return sum.geometry();
    }
    if (primitive instanceof Windowing.WindowSpread spread) {
      return spread.geometry();
    }
    return primitive instanceof Windowing.ArgMaxWindow max ? max.geometry() : null;
  }

  static long bytes(Step step) {
    long elements = 0;
    for (Slot slot : step.inputs()) {
      elements += slot.shape().size();
    }
    for (Slot slot : step.outputs()) {
      elements += slot.shape().size();
    }
    return elements * Float.BYTES;
  }
}
