package org.neuralharmonizer.expr;

/** Smooth functions of one variable, element by element. */
public final class Elementwise {
  private Elementwise() {}

  /** exp x. */
  public record Exp() implements Primitive.Smooth {
    @Override
    public Code code() {
      return Code.EXP;
    }

    @Override
    public Expr slope(Expr result) {
      return result;
    }
  }

  /** Natural logarithm; NaN below 0, −∞ at 0. */
  public record Log() implements Primitive.Smooth {
    @Override
    public Code code() {
      return Code.LOG;
    }

    @Override
    public Expr slope(Expr result) {
      return operand(result).reciprocal();
    }
  }

  /** √x; NaN below 0, infinite slope at 0. */
  public record Sqrt() implements Primitive.Smooth {
    @Override
    public Code code() {
      return Code.SQRT;
    }

    @Override
    public Expr slope(Expr result) {
      return result.reciprocal().times(0.5);
    }
  }

  /** 1 / x. */
  public record Reciprocal() implements Primitive.Smooth {
    @Override
    public Code code() {
      return Code.RECIPROCAL;
    }

    @Override
    public Expr slope(Expr result) {
      return result.squared().negated();
    }
  }

  /** Hyperbolic tangent. */
  public record Tanh() implements Primitive.Smooth {
    @Override
    public Code code() {
      return Code.TANH;
    }

    @Override
    public Expr slope(Expr result) {
      return result.squared().negated().plus(1);
    }
  }

  /** The error function erf x = 2/√π ∫₀ˣ exp(−t²) dt. */
  public record Erf() implements Primitive.Smooth {
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    @Override
    public Code code() {
      return Code.ERF;
    }

    @Override
    public Expr slope(Expr result) {
      return operand(result).squared().negated().exp().times(TWO_OVER_ROOT_PI);
    }
  }

  /** x raised to a fixed exponent; NaN for negative x unless the exponent is an integer. */
  public record Power(double exponent) implements Primitive.Smooth {
    @Override
    public Code code() {
      return Code.POWER;
    }

    @Override
    public Expr slope(Expr result) {
      return operand(result).power(exponent - 1).times(exponent);
    }
  }

  private static Expr operand(Expr result) {
    return result.inputs().get(0);
  }
}
