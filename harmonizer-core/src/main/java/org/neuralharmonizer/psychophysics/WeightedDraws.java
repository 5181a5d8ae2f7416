package org.neuralharmonizer.psychophysics;

/** Draws of numbers with changing weights, in logarithmic time: a binary tree of sums. */
final class WeightedDraws {
  private final int leaves;
  private final double[] sums;

  WeightedDraws(int count) {
    leaves = Integer.highestOneBit(Math.max(1, count - 1)) * 2;
    sums = new double[2 * leaves];
  }

  void set(int number, double weight) {
    int node = leaves + number;
    sums[node] = weight;
    // Added anew on the way up, so that rounding does not pile up over many changes.
    for (node /= 2; node > 0; node /= 2) {
      sums[node] = sums[2 * node] + sums[2 * node + 1];
    }
  }

  /** The number at a place between 0 and 1 of all weights; it has a weight above 0. */
  int draw(double place) {
    double rest = place * sums[1];
    int node = 1;
    while (node < leaves) {
      int left = 2 * node;
      boolean goesLeft = rest < sums[left] || sums[left + 1] == 0;
      rest = goesLeft ? rest : rest - sums[left];
      node = goesLeft ? left : left + 1;
    }
    return node - leaves;
  }
}
