package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * The psychometric function of greatest likelihood, with the guess rate given and a lapse rate of
 * at most 0.06, as Wichmann and Hill advise, without which single slips move the threshold.
 *
 * @param function of greatest likelihood
 * @param deviance twice the log-likelihood by which the observed shares beat the function
 * @param freedom levels less fitted parameters
 * @see <a href="https://doi.org/10.3758/BF03194544">Wichmann, Hill: The psychometric function I</a>
 */
public record PsychometricFit(PsychometricFunction function, double deviance, int freedom) {
  private static final double MOST_LAPSE = 0.06;
  private static final int PARAMETERS = 3;
  private static final int MOST_EVALUATIONS = 20_000;
  private static final double PRECISION = 1e-10;

  /** Shares of 0 and 1 have no logarithm. */
  private static final double SMALLEST = 1e-12;

  /**
   * Trials at one stimulus.
   *
   * @param x its logarithm
   */
  public record Level(double x, Accuracy accuracy) {}

  /**
   * The fit.
   *
   * @param guess accuracy without information
   * @throws IllegalArgumentException if there are fewer than three levels, or all are at one place
   */
  public static PsychometricFit of(List<Level> levels, double guess) {
    double low = levels.stream().mapToDouble(Level::x).min().orElse(0);
    double high = levels.stream().mapToDouble(Level::x).max().orElse(0);
    if (levels.size() < PARAMETERS || !(high > low)) {
      throw new IllegalArgumentException(
          "psychometric fit: %d levels from %s to %s — needs at least %d at different places"
              .formatted(levels.size(), low, high, PARAMETERS));
    }
    List<double[]> starts = new ArrayList<>();
    // The likelihood may have several summits: one start for each third of the range.
    for (double place : new double[] {0.25, 0.5, 0.75}) {
      starts.add(new double[] {low + place * (high - low), Math.log(8 / (high - low)), -2});
    }
    return best(levels, guess, starts, high - low);
  }

  private static PsychometricFit best(
      List<Level> levels, double guess, List<double[]> starts, double range) {
    MultivariateFunction loss = point -> -logLikelihood(levels, function(point, guess));
    PointValuePair best = null;
    for (double[] start : starts) {
      SimplexOptimizer optimizer =
          new SimplexOptimizer(new SimpleValueChecker(PRECISION, PRECISION));
      PointValuePair found =
          optimizer.optimize(
              new MaxEval(MOST_EVALUATIONS),
              new ObjectiveFunction(loss),
              GoalType.MINIMIZE,
              new InitialGuess(start),
              new NelderMeadSimplex(new double[] {range / 4, 0.5, 0.5}));
      best = best == null || found.getValue() < best.getValue() ? found : best;
    }
    PsychometricFunction function = function(Objects.requireNonNull(best).getPoint(), guess);
    double deviance = 2 * (saturated(levels) - logLikelihood(levels, function));
    return new PsychometricFit(function, Math.max(0, deviance), levels.size() - PARAMETERS);
  }

  /**
   * How sure the fit is, with percentiles of fits to decisions of a {@link SimulatedObserver} who
   * decides by the fitted function, as often as the real one did.
   *
   * @param levels that were fitted
   * @param resamples how many, such as 400
   * @see <a href="https://doi.org/10.3758/BF03194545">Wichmann, Hill: The psychometric function
   *     II</a>
   */
  public Intervals intervals(List<Level> levels, int resamples, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    double low = levels.stream().mapToDouble(Level::x).min().orElseThrow();
    double high = levels.stream().mapToDouble(Level::x).max().orElseThrow();
    double[] start = {function.threshold(), Math.log(function.slope()), -2};
    List<PsychometricFunction> drawn = new ArrayList<>();
    for (int resample = 0; resample < resamples; resample++) {
      long own = random.stream(resample).nextLong();
      List<Level> decided = new SimulatedObserver(function, own).decideAsOften(levels);
      drawn.add(best(decided, function.guess(), List.of(start), high - low).function());
    }
    String what = "parametric bootstrap, seed " + seed;
    return new Intervals(
        Resamples.interval(function.threshold(), drawn, PsychometricFunction::threshold, what),
        Resamples.interval(function.slope(), drawn, PsychometricFunction::slope, what));
  }

  /** Of the fitted threshold and slope, at 95 %. */
  public record Intervals(Interval threshold, Interval slope) {}

  /**
   * How likely a deviance at least as large is if the function is right, by the χ² distribution,
   * which holds for many trials per level. NaN with three levels, which always fit.
   */
  public double probability() {
    return freedom < 1
        ? Double.NaN
        : 1 - new ChiSquaredDistribution(null, freedom).cumulativeProbability(deviance);
  }

  /**
   * Unbounded numbers for the optimizer: threshold, ln slope, and the logit of the lapse's share.
   */
  private static PsychometricFunction function(double[] point, double guess) {
    double lapse = MOST_LAPSE / (1 + Math.exp(-point[2]));
    return new PsychometricFunction(point[0], Math.exp(point[1]), guess, lapse);
  }

  private static double logLikelihood(List<Level> levels, PsychometricFunction function) {
    double sum = 0;
    for (Level level : levels) {
      sum += logLikelihood(level.accuracy(), function.at(level.x()));
    }
    return sum;
  }

  private static double saturated(List<Level> levels) {
    double sum = 0;
    for (Level level : levels) {
      sum += logLikelihood(level.accuracy(), level.accuracy().value());
    }
    return sum;
  }

  private static double logLikelihood(Accuracy accuracy, double share) {
    int wrong = accuracy.trials() - accuracy.right();
    return accuracy.right() * Math.log(Math.max(SMALLEST, share))
        + wrong * Math.log(Math.max(SMALLEST, 1 - share));
  }
}
