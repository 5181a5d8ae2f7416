package org.neuralharmonizer.nd4j;

import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** One operation of a SameDiff graph: what it reads, what it is called, and its settings. */
final class SameDiffNode {
  private final SameDiff graph;
  private final SameDiffOp operation;
  private final DifferentialFunction function;

  SameDiffNode(SameDiff graph, SameDiffOp operation) {
    this.graph = graph;
    this.operation = operation;
    this.function = operation.getOp();
  }

  /** What it computes, such as {@code conv2d}. */
  String kind() {
    return function.opName();
  }

  /** Its results; operations that are read have one. */
  List<String> outputs() {
    return operation.getOutputsOfOp();
  }

  List<String> inputs() {
    return operation.getInputsToOp();
  }

  /** Integer settings, in the order of libnd4j. */
  int[] integers() {
    return function instanceof DynamicCustomOp custom
        ? Arrays.stream(custom.iArgs()).mapToInt(Math::toIntExact).toArray()
        : new int[0];
  }

  int integer(int index, int otherwise) {
    int[] all = integers();
    return index < all.length ? all[index] : otherwise;
  }

  double number(int index, double otherwise) {
    double[] all = function instanceof DynamicCustomOp custom ? custom.tArgs() : new double[0];
    return index < all.length ? all[index] : otherwise;
  }

  boolean flag(int index) {
    boolean[] all = function instanceof DynamicCustomOp custom ? custom.bArgs() : new boolean[0];
    return index < all.length && all[index];
  }

  /** The number beside the array in operations such as {@code add_scalar}, or a threshold. */
  double scalar() {
    return ((ScalarOp) function).scalar().getDouble(0);
  }

  boolean keepsAxes() {
    return function instanceof BaseReduceOp reduce && reduce.isKeepDims();
  }

  /** The axes that a reduction sums over; all of {@code rank} where it names none. */
  int[] axes(int rank) {
    int[] named =
        function instanceof BaseReduceOp reduce && reduce.getDimensions() != null
            ? reduce.getDimensions().clone()
            : new int[0];
    boolean all = named.length == 0 || (named.length == 1 && named[0] == Integer.MAX_VALUE);
    int[] axes = all ? new int[rank] : named;
    for (int i = 0; i < axes.length; i++) {
      axes[i] = all ? i : Math.floorMod(axes[i], rank);
    }
    return axes;
  }

  /** Whether an operand is an array of whole numbers that does not depend on the images. */
  boolean isListOfIntegers(int input) {
    SDVariable variable = graph.getVariable(inputs().get(input));
    DataType type = variable.dataType();
    return variable.getVariableType() == VariableType.CONSTANT && type != null && type.isIntType();
  }

  /** The numbers of such an operand, in row-major order. */
  int[] listOfIntegers(int input) {
    return graph.getVariable(inputs().get(input)).getArr().dup('c').data().asInt();
  }

  /** As it appears in messages. */
  @Override
  public String toString() {
    return kind() + " \"" + String.join(", ", outputs()) + "\"";
  }
}
