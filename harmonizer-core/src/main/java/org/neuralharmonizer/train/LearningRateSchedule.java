package org.neuralharmonizer.train;

import java.util.Arrays;

/** The learning rate as a function of training progress. */
@FunctionalInterface
public interface LearningRateSchedule {

  /**
   * The rate of a step.
   *
   * @param epoch epochs done, with the fraction of the one under way; 0 at the first step
   */
  double rate(double epoch);

  /** One rate throughout. */
  static LearningRateSchedule constant(double rate) {
    double checked = requireRate(rate);
    return new Described(epoch -> checked, "constant " + rate);
  }

  /**
   * From 0 in a straight line to the peak, then down half a cosine to 0 at the end.
   *
   * @param peak the highest rate
   * @param warmUp epochs of ascent; 0 begins at the peak
   * @param epochs epochs of training
   */
  static LearningRateSchedule warmUpCosine(double peak, double warmUp, double epochs) {
    requireRate(peak);
    if (!(warmUp >= 0 && epochs > warmUp)) {
      throw new IllegalArgumentException(
          "schedule: warm-up of %s epochs must be shorter than training of %s"
              .formatted(warmUp, epochs));
    }
    return new Described(
        epoch -> {
          if (epoch < warmUp) {
            return peak * epoch / warmUp;
          }
          double done = Math.min(1, (epoch - warmUp) / (epochs - warmUp));
          return peak * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        },
        "cosine from %s to 0 over %s epochs after %s of warm-up".formatted(peak, epochs, warmUp));
  }

  /**
   * From 0 in a straight line to the base rate, then multiplied by a factor at each milestone
   * reached.
   *
   * @param base the rate after warm-up
   * @param warmUp epochs of ascent
   * @param factor applied once per milestone
   * @param milestones epochs, ascending
   */
  static LearningRateSchedule warmUpSteps(
      double base, double warmUp, double factor, double... milestones) {
    requireRate(base);
    double[] sorted = milestones.clone();
    Arrays.sort(sorted);
    return new Described(
        epoch -> {
          double rate = epoch < warmUp ? base * epoch / warmUp : base;
          for (double milestone : sorted) {
            rate *= epoch >= milestone ? factor : 1;
          }
          return rate;
        },
        "%s times %s at epochs %s after %s of warm-up"
            .formatted(base, factor, Arrays.toString(sorted), warmUp));
  }

  /**
   * The same course with other rates, over another time.
   *
   * @param rate by which rates are multiplied
   * @param time by which epochs are multiplied, above 0
   */
  default LearningRateSchedule scaled(double rate, double time) {
    requireRate(rate);
    if (!(time > 0 && Double.isFinite(time))) {
      throw new IllegalArgumentException(
          "schedule: time must be stretched by a factor above 0, not " + time);
    }
    return rate == 1 && time == 1
        ? this
        : new Described(
            epoch -> rate * rate(epoch / time),
            "%s, rates times %s, epochs times %s".formatted(this, rate, time));
  }

  private static double requireRate(double rate) {
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException(
          "schedule: the learning rate must be finite and not negative, not " + rate);
    }
    return rate;
  }

  /** A schedule that prints as its settings. */
  record Described(LearningRateSchedule schedule, String description)
      implements LearningRateSchedule {
    @Override
    public double rate(double epoch) {
      return schedule.rate(epoch);
    }

    @Override
    public String toString() {
      return description;
    }
  }
}
