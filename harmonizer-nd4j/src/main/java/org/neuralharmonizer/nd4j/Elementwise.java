package org.neuralharmonizer.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Pow;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Reciprocal;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.neuralharmonizer.expr.Code;

/** Calls for elementwise primitives. Operands repeat along axes of extent 1, as ND4J's do. */
final class Elementwise {
  private final Plan plan;

  Elementwise(Plan plan) {
    this.plan = plan;
  }

  /**
   * One primitive.
   *
   * @param attribute the primitive's number, if it has one
   * @param result of the operands' common extents
   */
  void apply(Code code, double attribute, List<INDArray> operands, INDArray result) {
    INDArray x = operands.get(0);
    switch (code) {
      case EXP -> plan.legacy(new Exp(x, result));
      case LOG -> plan.legacy(new Log(x, result));
      case SQRT -> plan.legacy(new Sqrt(x, result));
      case RECIPROCAL -> plan.legacy(new Reciprocal(x, result));
      case TANH -> plan.legacy(new Tanh(x, result));
      case ERF -> plan.legacy(new Erf(x, result));
      case POWER -> plan.legacy(new Pow(x, result, attribute));
      case SCALE -> scale(x, attribute, result);
      case STEP -> plan.legacy(new Step(x, result, 0));
      case SIGN -> sign(x, result);
      case ADD -> {
        if (operands.size() == 1) {
          plan.legacy(new ScalarAdd(x, null, result, attribute));
        } else {
          plan.custom("add", result, x, operands.get(1));
        }
      }
      case MULTIPLY -> plan.custom("multiply", result, x, operands.get(1));
      case GREATER -> greater(x, operands.get(1), result);
      case EQUAL -> equal(x, operands.get(1), result);
      case SELECT -> select(x, operands.get(1), operands.get(2), result);
      default -> throw new AssertionError("not elementwise: " + code);
    }
  }

  /** max(x, 0), which is NaN at NaN. */
  void rectify(INDArray x, INDArray result) {
    plan.legacy(new RectifiedLinear(x, result, 0));
  }

  void scale(INDArray x, double factor, INDArray result) {
    plan.legacy(new ScalarMultiplication(x, null, result, factor));
  }

  /** ND4J's sign is 0 at NaN; 0 · tanh x, which is 0 elsewhere, brings the NaN back. */
  private void sign(INDArray x, INDArray result) {
    INDArray bounded = plan.scratchLike(x);
    plan.legacy(new Tanh(x, bounded));
    scale(bounded, 0, bounded);
    plan.legacy(new Sign(x, result));
    plan.custom("add", result, result, bounded);
    plan.storage().release(bounded);
  }

  /** The step of a − b; of equal infinities the difference is NaN, whose step is 0. */
  private void greater(INDArray a, INDArray b, INDArray result) {
    plan.custom("subtract", result, a, b);
    plan.legacy(new Step(result, result, 0));
  }

  private void equal(INDArray a, INDArray b, INDArray result) {
    INDArray truths = plan.truths(result.shape());
    plan.custom("equals", truths, a, b);
    plan.copy(truths, result);
    plan.storage().release(truths);
  }

  /**
   * a where the condition is not 0, plus b where it is: what is not chosen becomes 0 first, so that
   * neither NaN nor infinity gets through, as it would be with products.
   */
  void select(INDArray condition, INDArray a, INDArray b, INDArray result) {
    INDArray chosen = plan.scratch(result.shape());
    INDArray other = plan.scratch(result.shape());
    INDArray truths = plan.truths(result.shape());
    INDArray zero = plan.scratch(new long[] {1});
    plan.fill(zero, 0);
    plan.custom("equals", truths, condition, zero);
    plan.copy(truths, other);
    replaceWhereNotZero(condition, a, chosen);
    replaceWhereNotZero(other, b, other);
    plan.custom("add", result, chosen, other);
    for (INDArray each : List.of(chosen, other, truths, zero)) {
      plan.storage().release(each);
    }
  }

  /** The mask itself where it is 0. */
  void replaceWhereNotZero(INDArray mask, INDArray values, INDArray result) {
    CompareAndReplace replace = new CompareAndReplace(mask, values, Conditions.notEquals(0));
    replace.setZ(result);
    plan.legacy(replace);
  }
}
