package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.special.Erf;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.DoubleInterpreter;

/** What a step of a program makes, in double precision, of the values that were there before it. */
final class StepMeaning {
  private final Map<Integer, double[]> storages = new HashMap<>();
  private final Set<Integer> narrow;

  /**
   * Before the first step.
   *
   * @param narrow storages whose values are rounded when they are stored
   */
  StepMeaning(Program program, List<Tensor> arguments, Set<Integer> narrow) {
    this.narrow = narrow;
    for (int i = 0; i < arguments.size(); i++) {
      store(program.arguments().get(i).slot(), arguments.get(i));
    }
    program.variables().forEach(variable -> store(variable.slot(), variable.initial()));
    program.constants().forEach(this::store);
  }

  /** What the device has computed. */
  void store(Slot slot, Tensor value) {
    double[] values = new double[value.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.value(i);
    }
    storages.put(slot.storage(), values);
  }

  /** Before rounding, except where a loop uses what it has stored. */
  List<double[]> outputs(Step step) {
    List<double[]> inputs = step.inputs().stream().map(this::values).toList();
    if (step instanceof Step.Fused fused) {
      return outputs(fused, inputs);
    }
    Step.Apply apply = (Step.Apply) step;
    List<Expr> operands = new ArrayList<>();
    Map<Expr, double[]> values = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      Expr operand = Expr.input("x" + i, step.inputs().get(i).shape());
      operands.add(operand);
      values.put(operand, inputs.get(i));
    }
    return DoubleInterpreter.evaluate(List.of(Expr.of(apply.primitive(), operands)), values);
  }

  private double[] values(Slot slot) {
    double[] values = new double[slot.shape().size()];
    System.arraycopy(storages.get(slot.storage()), slot.offset(), values, 0, values.length);
    return values;
  }

  private List<double[]> outputs(Step.Fused step, List<double[]> inputs) {
    Loop loop = step.loop();
    List<double[]> outputs = new ArrayList<>();
    step.outputs().forEach(slot -> outputs.add(new double[slot.shape().size()]));
    double[] v = new double[loop.operands().size() + loop.instructions().size()];
    for (int p = 0; p < loop.space().size(); p++) {
      for (int i = 0; i < inputs.size(); i++) {
        v[i] = inputs.get(i)[offset(p, loop.operands().get(i).strides(), loop)];
      }
      int number = loop.operands().size();
      for (Loop.Instruction each : loop.instructions()) {
        v[number] = value(each, v);
        int result = loop.results().indexOf(number);
        if (result >= 0 && narrow.contains(step.outputs().get(result).storage())) {
          v[number] = rounded(v[number]);
        }
        number++;
      }
      for (int i = 0; i < loop.results().size(); i++) {
        outputs.get(i)[p] = v[loop.results().get(i)];
      }
      for (int i = 0; i < loop.sums().size(); i++) {
        Loop.Sum sum = loop.sums().get(i);
        outputs.get(loop.results().size() + i)[p / sum.run() % sum.count()] += v[sum.value()];
      }
    }
    return outputs;
  }

  private static int offset(int p, List<Integer> strides, Loop loop) {
    int offset = 0;
    int rest = p;
    for (int axis = strides.size() - 1; axis >= 0; axis--) {
      int extent = loop.space().extent(axis);
      offset += rest % extent * strides.get(axis);
      rest /= extent;
    }
    return offset;
  }

  private static double value(Loop.Instruction each, double[] v) {
    double a = each.operands().isEmpty() ? 0 : v[each.operands().get(0)];
    double b = each.operands().size() < 2 ? each.attribute() : v[each.operands().get(1)];
    return switch (each.code()) {
      case LITERAL -> each.attribute();
      case EXP -> Math.exp(a);
      case LOG -> Math.log(a);
      case SQRT -> Math.sqrt(a);
      case RECIPROCAL -> 1 / a;
      case TANH -> Math.tanh(a);
      case ERF -> Erf.erf(a);
      case POWER -> Math.pow(a, each.attribute());
      case SCALE -> a * each.attribute();
      case ADD -> a + b;
      case MULTIPLY -> a * b;
      case SELECT -> a != 0 ? b : v[each.operands().get(2)];
      case STEP -> a > 0 ? 1 : 0;
      case SIGN -> Math.signum(a);
      case GREATER -> a > b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      default -> throw new AssertionError(each);
    };
  }

  /** To 8 significant bits, to even where two are as near. */
  static double rounded(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value;
    }
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), Float.MIN_EXPONENT) - 7);
    return Math.rint(value / unit) * unit;
  }
}
