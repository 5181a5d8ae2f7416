package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElementaryTest {

  /** Every 4999th float of either sign: 850 thousand, spread over all exponents. */
  private static final int STRIDE = 4999;

  static Stream<Arguments> functions() {
    return Stream.of(
        function("exp", Elementary::exp, StrictMath::exp, 2),
        function("log", Elementary::log, StrictMath::log, 2),
        function("tanh", Elementary::tanh, StrictMath::tanh, 2),
        function("erf", Elementary::erf, ElementaryTest::erf, 3));
  }

  private static Arguments function(
      String name, UnaryOperator<Float> function, DoubleUnaryOperator exact, double bound) {
    return Arguments.of(name, function, exact, bound);
  }

  /** The oracle's series keeps its relative accuracy only where its terms are normal numbers. */
  private static double erf(double x) {
    return Math.abs(x) < 1e-8 ? x * 2 / Math.sqrt(Math.PI) : Erf.erf(x);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void staysWithinItsBoundOverAllExponents(
      String name, UnaryOperator<Float> function, DoubleUnaryOperator exact, double bound) {
    double worst = 0;
    float at = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      double error = errorInUlp(function.apply(x), exact.applyAsDouble(x));
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    assertThat(worst).as("%s, ulp, worst at %s", name, at).isLessThanOrEqualTo(bound);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void staysWithinItsBoundWhereItCurves(
      String name, UnaryOperator<Float> function, DoubleUnaryOperator exact, double bound) {
    double worst = 0;
    float at = 0;
    for (double point = -10; point < 10; point += 3.1e-5) {
      float x = (float) point;
      double error = errorInUlp(function.apply(x), exact.applyAsDouble(x));
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    assertThat(worst).as("%s, ulp, worst at %s", name, at).isLessThanOrEqualTo(bound);
  }

  private static double errorInUlp(float result, double exact) {
    float rounded = (float) exact;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isInfinite(result)) {
      return Float.compare(rounded, result) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(result - exact) / Math.ulp(rounded);
  }

  @Test
  void endsAreExact() {
    assertThat(Elementary.exp(0f)).isEqualTo(1f);
    assertThat(Elementary.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(Elementary.log(1f)).isZero();
    assertThat(Elementary.log(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Elementary.log(-1f)).isNaN();
    assertThat(Elementary.tanh(20f)).isEqualTo(1f);
    assertThat(Elementary.tanh(Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
    assertThat(Elementary.erf(5f)).isEqualTo(1f);
    assertThat(Elementary.erf(Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
    assertThat(Elementary.tanh(-0f)).isZero();
  }

  @Test
  void exactPowersAreExact() {
    for (float sample : Samples.uniform(1, 1000)) {
      float x = Math.abs(sample);
      assertThat(Elementary.power(x, 2f)).isEqualTo(x * x);
      assertThat(Elementary.power(x, 3f)).isEqualTo(x * x * x);
      assertThat(Elementary.power(x, -1f)).isEqualTo(1f / x);
      assertThat(Elementary.power(x, 1.5f)).isEqualTo((float) Math.pow(x, 1.5f));
    }
  }
}
