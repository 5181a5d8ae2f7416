package org.neuralharmonizer.alignment;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.QRDecomposition;
import org.neuralharmonizer.alignment.TradeOffFrontier.Model;

/**
 * Alignment as two straight lines of accuracy that meet: {@code level + slopeBefore · (accuracy −
 * at)} to the left, {@code slopeAfter} to the right, by least squares. The break is searched among
 * the accuracies of the models, with at least three models on either side of it or at it.
 *
 * @param at the accuracy where the lines meet
 * @param level their alignment there
 * @param slopeBefore left of it
 * @param slopeAfter right of it
 * @param explained 1 − residual over total sum of squares
 * @param explainedByLine the same of one straight line, which is never more
 */
public record Changepoint(
    double at,
    double level,
    double slopeBefore,
    double slopeAfter,
    double explained,
    double explainedByLine) {
  private static final int FEWEST = 3;

  /** The best break; empty for too few different accuracies or alignments that are all equal. */
  public static Optional<Changepoint> of(List<Model> models) {
    double mean = models.stream().mapToDouble(Model::alignment).average().orElse(0);
    double total = models.stream().mapToDouble(model -> square(model.alignment() - mean)).sum();
    TreeSet<Double> places = new TreeSet<>();
    models.forEach(model -> places.add(model.accuracy()));
    if (places.size() < 2 * FEWEST || total == 0) {
      return Optional.empty();
    }
    double line = 1 - residual(models, solved(models, places.first(), 2), places.first()) / total;
    Changepoint best = null;
    for (double at : places) {
      if (places.headSet(at, true).size() >= FEWEST && places.tailSet(at).size() >= FEWEST) {
        double[] fit = solved(models, at, 3);
        double explained = 1 - residual(models, fit, at) / total;
        if (best == null || explained > best.explained) {
          best = new Changepoint(at, fit[0], fit[1], fit[1] + fit[2], explained, line);
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** Level, slope and, of three, the change of slope. */
  private static double[] solved(List<Model> models, double at, int unknowns) {
    double[][] rows = new double[models.size()][unknowns];
    double[] values = new double[models.size()];
    for (int i = 0; i < rows.length; i++) {
      double distance = models.get(i).accuracy() - at;
      rows[i][0] = 1;
      rows[i][1] = distance;
      if (unknowns > 2) {
        rows[i][2] = Math.max(distance, 0);
      }
      values[i] = models.get(i).alignment();
    }
    return new QRDecomposition(new Array2DRowRealMatrix(rows, false))
        .getSolver()
        .solve(new ArrayRealVector(values, false))
        .toArray();
  }

  private static double residual(List<Model> models, double[] fit, double at) {
    double bend = fit.length > 2 ? fit[2] : 0;
    return models.stream()
        .mapToDouble(
            model -> {
              double distance = model.accuracy() - at;
              double fitted = fit[0] + fit[1] * distance + bend * Math.max(distance, 0);
              return square(model.alignment() - fitted);
            })
        .sum();
  }

  private static double square(double value) {
    return value * value;
  }
}
