package org.neuralharmonizer.cuda;

import java.util.List;
import java.util.Locale;
import org.neuralharmonizer.expr.Code;

/** Elementwise primitives in CUDA C++. */
final class CudaMath {
  private CudaMath() {}

  /**
   * The value of a primitive.
   *
   * @param operands expressions of its operands, each a name
   * @param attribute the primitive's number
   */
  static String expression(Code code, List<String> operands, double attribute) {
    String x = operands.isEmpty() ? "" : operands.get(0);
    return switch (code) {
      case LITERAL -> literal(attribute);
      case EXP -> "expf(" + x + ")";
      case LOG -> "logf(" + x + ")";
      case SQRT -> "sqrtf(" + x + ")";
      case RECIPROCAL -> "1.0f / " + x;
      case TANH -> "tanhf(" + x + ")";
      case ERF -> "erff(" + x + ")";
      case POWER -> power(x, attribute);
      case ADD -> x + " + " + (operands.size() == 1 ? literal(attribute) : operands.get(1));
      case SCALE -> x + " * " + literal(attribute);
      case MULTIPLY -> x + " * " + operands.get(1);
      case STEP -> "step(" + x + ")";
      case SIGN -> "sign(" + x + ")";
      case GREATER -> x + " > " + operands.get(1) + " ? 1.0f : 0.0f";
      case EQUAL -> x + " == " + operands.get(1) + " ? 1.0f : 0.0f";
      case SELECT -> x + " != 0.0f ? " + operands.get(1) + " : " + operands.get(2);
      default -> throw new AssertionError("not elementwise: " + code);
    };
  }

  private static String power(String x, double exponent) {
    if (exponent == 1) {
      return x;
    }
    if (exponent == 2) {
      return x + " * " + x;
    }
    if (exponent == 3) {
      return x + " * " + x + " * " + x;
    }
    return "powf(" + x + ", " + literal(exponent) + ")";
  }

  /** A number of single precision. */
  static String literal(double value) {
    float number = (float) value;
    if (Float.isNaN(number)) {
      return "not_a_number()";
    }
    if (Float.isInfinite(number)) {
      return (number < 0 ? "-" : "") + "__int_as_float(0x7f800000)";
    }
    return String.format(Locale.ROOT, "%sf", number);
  }
}
