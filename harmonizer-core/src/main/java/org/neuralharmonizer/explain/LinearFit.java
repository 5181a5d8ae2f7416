package org.neuralharmonizer.explain;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/** Weighted least squares by accumulated normal equations; of several solutions the shortest. */
final class LinearFit {
  private final double[][] products;
  private final double[] right;

  LinearFit(int coefficients) {
    products = new double[coefficients][coefficients];
    right = new double[coefficients];
  }

  void add(double[] row, double value, double weight) {
    for (int i = 0; i < row.length; i++) {
      if (row[i] != 0) {
        right[i] += weight * row[i] * value;
        for (int j = 0; j < row.length; j++) {
          products[i][j] += weight * row[i] * row[j];
        }
      }
    }
  }

  /** Adds to the penalty of one squared coefficient. */
  void penalize(int coefficient, double by) {
    products[coefficient][coefficient] += by;
  }

  double[] solve() {
    return new SingularValueDecomposition(new Array2DRowRealMatrix(products, false))
        .getSolver()
        .solve(new ArrayRealVector(right, false))
        .toArray();
  }
}
