package org.neuralharmonizer.cpu;

import org.neuralharmonizer.expr.Code;

/** The pass of each operation. */
final class Passes {

  private Passes() {}

  /** Of one run and, where the operation has a number, that number. */
  static Pass unary(Loops l, Code code) {
    return switch (code) {
      case EXP -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.exp(x, xo, out, oo, n);
      case LOG -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.log(x, xo, out, oo, n);
      case SQRT -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.sqrt(x, xo, out, oo, n);
      case RECIPROCAL ->
          (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.reciprocal(x, xo, out, oo, n);
      case TANH -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.tanh(x, xo, out, oo, n);
      case ERF -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.erf(x, xo, out, oo, n);
      case POWER -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.power(x, xo, a, out, oo, n);
      case SCALE, MULTIPLY ->
          (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.scale(x, xo, a, out, oo, n);
      case ADD -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.shift(x, xo, a, out, oo, n);
      case STEP -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.step(x, xo, out, oo, n);
      case SIGN -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.sign(x, xo, out, oo, n);
      default -> throw new AssertionError(code + " is not elementwise");
    };
  }

  /** Of two or three runs. */
  static Pass several(Loops l, Code code) {
    return switch (code) {
      case ADD -> (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.add(x, xo, y, yo, out, oo, n);
      case MULTIPLY ->
          (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.multiply(x, xo, y, yo, out, oo, n);
      case GREATER ->
          (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.greater(x, xo, y, yo, out, oo, n);
      case EQUAL ->
          (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.equal(x, xo, y, yo, out, oo, n);
      case SELECT ->
          (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
              l.select(x, xo, y, yo, z, zo, out, oo, n);
      default -> throw new AssertionError(code + " is not elementwise");
    };
  }

  static Pass gate(Loops l) {
    return (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.gate(x, xo, y, yo, out, oo, n);
  }

  /** Of two sums or products; the second and third operand may be numbers. */
  static Pass pair(Loops l, Code first, Code second, boolean isNumberY, boolean isNumberZ) {
    if (first == Code.ADD) {
      return second == Code.ADD
          ? addAdd(l, isNumberY, isNumberZ)
          : addMultiply(l, isNumberY, isNumberZ);
    }
    return second == Code.ADD
        ? multiplyAdd(l, isNumberY, isNumberZ)
        : multiplyMultiply(l, isNumberY, isNumberZ);
  }

  private static Pass addAdd(Loops l, boolean isNumberY, boolean isNumberZ) {
    if (isNumberY) {
      return isNumberZ
          ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.addAdd(x, xo, a, b, out, oo, n)
          : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.addAdd(x, xo, a, z, zo, out, oo, n);
    }
    return isNumberZ
        ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.addAdd(x, xo, y, yo, b, out, oo, n)
        : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.addAdd(x, xo, y, yo, z, zo, out, oo, n);
  }

  private static Pass addMultiply(Loops l, boolean isNumberY, boolean isNumberZ) {
    if (isNumberY) {
      return isNumberZ
          ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.addMultiply(x, xo, a, b, out, oo, n)
          : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
              l.addMultiply(x, xo, a, z, zo, out, oo, n);
    }
    return isNumberZ
        ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.addMultiply(x, xo, y, yo, b, out, oo, n)
        : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.addMultiply(x, xo, y, yo, z, zo, out, oo, n);
  }

  private static Pass multiplyAdd(Loops l, boolean isNumberY, boolean isNumberZ) {
    if (isNumberY) {
      return isNumberZ
          ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) -> l.multiplyAdd(x, xo, a, b, out, oo, n)
          : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
              l.multiplyAdd(x, xo, a, z, zo, out, oo, n);
    }
    return isNumberZ
        ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.multiplyAdd(x, xo, y, yo, b, out, oo, n)
        : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.multiplyAdd(x, xo, y, yo, z, zo, out, oo, n);
  }

  private static Pass multiplyMultiply(Loops l, boolean isNumberY, boolean isNumberZ) {
    if (isNumberY) {
      return isNumberZ
          ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
              l.multiplyMultiply(x, xo, a, b, out, oo, n)
          : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
              l.multiplyMultiply(x, xo, a, z, zo, out, oo, n);
    }
    return isNumberZ
        ? (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.multiplyMultiply(x, xo, y, yo, b, out, oo, n)
        : (x, xo, y, yo, z, zo, a, b, out, oo, start, n) ->
            l.multiplyMultiply(x, xo, y, yo, z, zo, out, oo, n);
  }
}
