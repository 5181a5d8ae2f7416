package org.neuralharmonizer.study.report;

import java.util.Locale;

/**
 * A value with its standard error.
 *
 * @param value NaN where there is none
 * @param standardError NaN where it is not known, in which case none is shown
 */
public record Measured(double value, double standardError) {
  public Measured {
    if (standardError < 0) {
      throw new IllegalArgumentException(
          "measured: standard error is " + standardError + " — give at least 0, or NaN");
    }
  }

  /** A value without a known error. */
  public static Measured exactly(double value) {
    return new Measured(value, Double.NaN);
  }

  /** With a fixed number of decimals, as {@code 0.812 ± 0.010}; a dash for NaN. */
  public String format(int decimals) {
    String shown = number(value, decimals);
    return Double.isFinite(value) && Double.isFinite(standardError)
        ? shown + " ± " + number(standardError, decimals)
        : shown;
  }

  private static String number(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", value).replace('-', '−');
  }
}
