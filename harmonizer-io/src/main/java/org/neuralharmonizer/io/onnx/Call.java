package org.neuralharmonizer.io.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** One operation about to be applied: its settings, what it reads, and where that comes from. */
final class Call {
  private final OnnxNode node;
  private final List<@Nullable Operand> inputs;
  private final Folding folding;
  private final Batch batch;
  private final Context context;

  Call(
      OnnxNode node,
      List<@Nullable Operand> inputs,
      Folding folding,
      Batch batch,
      Context context) {
    this.node = node;
    this.inputs = inputs;
    this.folding = folding;
    this.batch = batch;
    this.context = context;
  }

  OnnxNode node() {
    return node;
  }

  Batch batch() {
    return batch;
  }

  Context context() {
    return context;
  }

  /** A random mask of the shape of the first operand, drawn anew at each step. */
  Expr noise(double keepProbability) {
    return context.noise(node.outputs().get(0), shape(0), keepProbability);
  }

  boolean isTraining() {
    return context.mode() == Mode.TRAINING;
  }

  long version() {
    return node.version();
  }

  int count() {
    return inputs.size();
  }

  /** Whether an optional operand is there. */
  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  Operand operand(int index) {
    Operand operand = index < inputs.size() ? inputs.get(index) : null;
    if (operand == null) {
      throw new UnsupportedNodeException("its operand " + index + " is missing");
    }
    return operand;
  }

  Expr x(int index) {
    return operand(index).expr();
  }

  Shape shape(int index) {
    return operand(index).shape();
  }

  ElementKind kind(int index) {
    return operand(index).kind();
  }

  boolean isKnown() {
    return inputs.stream().allMatch(each -> each == null || each.isKnown());
  }

  /** The numbers of an operand that is known. */
  Tensor values(int index) {
    Operand operand = operand(index);
    if (!operand.isKnown()) {
      throw new UnsupportedNodeException(
          "its operand \"%s\" depends on what the graph is given, and must be constant"
              .formatted(node.inputs().get(index)));
    }
    return folding.value(operand.expr());
  }

  /** The numbers of any known expression. */
  Tensor values(Expr expr) {
    return folding.value(expr);
  }

  double[] numbers(int index) {
    Tensor values = values(index);
    return IntStream.range(0, values.size()).mapToDouble(values::value).toArray();
  }

  /** The only number of an operand that is known. */
  double number(int index) {
    double[] numbers = numbers(index);
    if (numbers.length != 1) {
      throw new UnsupportedNodeException(
          "its operand \"%s\" holds %d numbers, expected one"
              .formatted(node.inputs().get(index), numbers.length));
    }
    return numbers[0];
  }

  /** The whole numbers of an operand that is known; beyond the range of int the end of it. */
  int[] integers(int index) {
    return Arrays.stream(numbers(index)).mapToInt(value -> (int) value).toArray();
  }

  /** An axis counted from the outside. */
  int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new UnsupportedNodeException("it names axis " + axis + " of a value of rank " + rank);
    }
    return Math.floorMod(axis, rank);
  }

  int[] axes(int[] axes, int rank) {
    return Arrays.stream(axes).map(axis -> axis(axis, rank)).toArray();
  }

  /** The axes that newer versions take as an operand and older ones as a setting, null if none. */
  int @Nullable [] axes(int index, int rank) {
    if (has(index)) {
      return axes(integers(index), rank);
    }
    return node.has("axes") ? axes(node.integers("axes"), rank) : null;
  }

  /** Of the kind of the first operand, known if all operands are. */
  Operand result(Expr expr) {
    return result(expr, inputs.isEmpty() ? ElementKind.REAL : kind(0));
  }

  Operand result(Expr expr, ElementKind kind) {
    return new Operand(expr, kind, isKnown());
  }
}
