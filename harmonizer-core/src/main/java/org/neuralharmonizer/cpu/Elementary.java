package org.neuralharmonizer.cpu;

/**
 * Elementary functions of one float, by the same additions and multiplications on every processor
 * (no fused multiply-add, no table): what the vector forms compute lane by lane, to the bit.
 *
 * <p>The polynomials are weighted minimax fits made for this library; the exponential's is
 * Taylor's.
 */
public final class Elementary {

  /** Beyond these, e^x is infinity or zero. */
  public static final float EXP_HIGHEST = 89f;

  public static final float EXP_LOWEST = -104f;
  public static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; a product of the first with an exponent is exact. */
  public static final float LN2_HIGH = 0.693359375f;

  public static final float LN2_LOW = -2.12194440e-4f;

  /** Adding 1.5 · 2²³ rounds to a whole number, which is then in the low bits. */
  public static final float ROUNDER = 12582912f;

  public static final int ROUNDER_BITS = 0x4B400000;
  public static final float E2 = 1f / 2;
  public static final float E3 = 1f / 6;
  public static final float E4 = 1f / 24;
  public static final float E5 = 1f / 120;
  public static final float E6 = 1f / 720;
  public static final float E7 = 1f / 5040;

  /** Below this the odd polynomial, above it the exponential form. */
  public static final float TANH_BRANCH = 0.625f;

  public static final float T0 = -3.333333433e-01f;
  public static final float T1 = 1.333330125e-01f;
  public static final float T2 = -5.395878479e-02f;
  public static final float T3 = 2.176475711e-02f;
  public static final float T4 = -8.329610340e-03f;
  public static final float T5 = 2.275912557e-03f;

  public static final float ERF_BRANCH = 0.85f;

  /** From here on erf rounds to 1. */
  public static final float ERF_HIGHEST = 4f;

  /** erf x = x + x · Σ R_i x^2i near zero: what exceeds 1 is kept apart, so nothing cancels. */
  public static final float R0 = 1.283791661e-01f;

  public static final float R1 = -3.761263788e-01f;
  public static final float R2 = 1.128374934e-01f;
  public static final float R3 = -2.686262690e-02f;
  public static final float R4 = 5.209682044e-03f;
  public static final float R5 = -8.248977247e-04f;
  public static final float R6 = 8.857768262e-05f;

  /** ln(1 − erf x) = Σ Q_i x^i away from zero. */
  public static final float Q0 = 1.408921671e-04f;

  public static final float Q1 = -1.129346490f;
  public static final float Q2 = -6.336990595e-01f;
  public static final float Q3 = -1.078801826e-01f;
  public static final float Q4 = 2.485321090e-02f;
  public static final float Q5 = -4.067246336e-03f;
  public static final float Q6 = 4.125146952e-04f;
  public static final float Q7 = -1.915532812e-05f;

  /** ln(1 + f) = f − f²/2 + f³ · Σ L_i f^i. */
  public static final float L0 = 3.333331048e-01f;

  public static final float L1 = -2.499998659e-01f;
  public static final float L2 = 2.000214607e-01f;
  public static final float L3 = -1.666921377e-01f;
  public static final float L4 = 1.422000974e-01f;
  public static final float L5 = -1.238559261e-01f;
  public static final float L6 = 1.186524853e-01f;
  public static final float L7 = -1.178051904e-01f;
  public static final float L8 = 6.920596957e-02f;

  /** The bits of √½: mantissas are taken from √½ to √2, where f is small on both sides. */
  public static final int ROOT_HALF_BITS = 0x3F3504F3;

  /** Lifts a subnormal number to a normal one. */
  public static final float LIFT = 8388608f;

  public static final float LIFT_EXPONENT = 23f;

  private Elementary() {}

  /** e^x within 2 ulp; subnormal results are kept. */
  public static float exp(float x) {
    float within = Math.max(Math.min(x, EXP_HIGHEST), EXP_LOWEST);
    float shifted = within * LOG2_E + ROUNDER;
    int exponent = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
    float count = shifted - ROUNDER;
    float r = (within - count * LN2_HIGH) - count * LN2_LOW;
    float p = (((((r * E7 + E6) * r + E5) * r + E4) * r + E3) * r + E2) * (r * r) + r;
    // In two halves: 2^128 and 2^-149 are beyond a normal float's exponent.
    int half = exponent >> 1;
    return (p + 1f) * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  /** The natural logarithm within 2 ulp: −∞ at ±0, NaN below. */
  public static float log(float x) {
    boolean small = x < Float.MIN_NORMAL;
    float lifted = small ? x * LIFT : x;
    int bits = Float.floatToRawIntBits(lifted);
    int exponent = (bits - ROOT_HALF_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
    float count = small ? exponent - LIFT_EXPONENT : exponent;
    float square = f * f;
    float p =
        (((((((f * L8 + L7) * f + L6) * f + L5) * f + L4) * f + L3) * f + L2) * f + L1) * f + L0;
    float tail = (f * square) * p + count * LN2_LOW - square * 0.5f;
    float result = (tail + f) + count * LN2_HIGH;
    if (x == 0f) {
      return Float.NEGATIVE_INFINITY;
    }
    return x > 0f && x < Float.POSITIVE_INFINITY ? result : x < 0f ? Float.NaN : x;
  }

  /** The hyperbolic tangent within 2 ulp, relative to the result also near zero. */
  public static float tanh(float x) {
    float size = Math.abs(x);
    if (size < TANH_BRANCH) {
      float s = x * x;
      return x + (x * s) * (((((s * T5 + T4) * s + T3) * s + T2) * s + T1) * s + T0);
    }
    float result = 1f - 2f / (exp(size + size) + 1f);
    return x < 0f ? -result : result;
  }

  /** The error function within 3 ulp, relative to the result also near zero. */
  public static float erf(float x) {
    float size = Math.min(Math.abs(x), ERF_HIGHEST);
    if (size < ERF_BRANCH) {
      float s = x * x;
      return x + x * ((((((s * R6 + R5) * s + R4) * s + R3) * s + R2) * s + R1) * s + R0);
    }
    float q =
        ((((((size * Q7 + Q6) * size + Q5) * size + Q4) * size + Q3) * size + Q2) * size + Q1)
                * size
            + Q0;
    float result = 1f - exp(q);
    return x < 0f ? -result : result;
  }

  /**
   * x^exponent: by square root, product and true division for −2, −1, −½, 0, ½, 1, 2 and 3,
   * otherwise {@link Math#pow} rounded. Signed zeros and −∞ under a root follow the root.
   */
  public static float power(float x, float exponent) {
    if (exponent == 2f) {
      return x * x;
    } else if (exponent == 0.5f) {
      return (float) Math.sqrt(x);
    } else if (exponent == -0.5f) {
      return 1f / (float) Math.sqrt(x);
    } else if (exponent == -1f) {
      return 1f / x;
    } else if (exponent == -2f) {
      return 1f / (x * x);
    } else if (exponent == 3f) {
      return x * x * x;
    } else if (exponent == 1f) {
      return x;
    }
    return (float) Math.pow(x, exponent);
  }
}
