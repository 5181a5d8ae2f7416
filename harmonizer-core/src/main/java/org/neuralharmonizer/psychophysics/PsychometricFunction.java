package org.neuralharmonizer.psychophysics;

/**
 * Accuracy as a function of the logarithm of the stimulus: guess + (1 − guess − lapse) · F, with
 * the logistic F = 1 / (1 + exp(−slope (x − threshold))).
 *
 * @param threshold the x at which F is ½
 * @param slope of F at the threshold, times 4; above 0
 * @param guess accuracy without any information, such as ½ for two answers
 * @param lapse the share of answers that are wrong however clear the stimulus is, beside guesses
 * @see <a href="https://doi.org/10.3758/BF03194544">Wichmann, Hill: The psychometric function I</a>
 */
public record PsychometricFunction(double threshold, double slope, double guess, double lapse) {
  public PsychometricFunction {
    boolean isValid =
        Double.isFinite(threshold) && slope > 0 && guess >= 0 && lapse >= 0 && guess + lapse < 1;
    if (!isValid) {
      throw new IllegalArgumentException(
          "psychometric function: threshold %s, slope %s, guess %s, lapse %s"
                  .formatted(threshold, slope, guess, lapse)
              + " — the slope is above 0, guess and lapse are shares that leave something");
    }
  }

  /** The probability of a right answer. */
  public double at(double x) {
    return guess + (1 - guess - lapse) / (1 + Math.exp(-slope * (x - threshold)));
  }
}
