package org.neuralharmonizer.train;

import java.io.Serializable;

/**
 * How the images of a step are divided among machines. The result of a run depends on it, and on
 * nothing else about the machines: not on how many there are, nor on who computes what.
 *
 * @param shares equal shares of each batch
 * @param localSteps 1 for steps on the gradient of the whole batch; more for that many steps of
 *     each share by itself, after which parameters, statistics and the optimizer's memory are
 *     averaged: less is sent, and it is another algorithm (local SGD, arXiv 1805.09767)
 * @param statistics by which images batch norm normalizes
 */
public record Division(int shares, int localSteps, BatchStatistics statistics)
    implements Serializable {
  public Division {
    if (shares < 1 || localSteps < 1) {
      throw new IllegalArgumentException(
          "training: %d shares of each batch and %d local steps — give at least one of each"
              .formatted(shares, localSteps));
    }
    if (localSteps > 1 && statistics == BatchStatistics.OF_BATCH) {
      throw new IllegalArgumentException(
          "training: shares that take steps by themselves have statistics of their own — leave out"
              + " local steps, or statistics of the whole batch");
    }
  }

  /** Steps on the gradient of the whole batch; batch norm sees parts of it. */
  public static Division synchronous(int shares) {
    return new Division(shares, 1, BatchStatistics.OF_PARTS);
  }

  /** Rounds of steps that each share takes by itself. */
  public static Division local(int shares, int steps) {
    return new Division(shares, steps, BatchStatistics.OF_PARTS);
  }

  /** The same with other statistics. */
  public Division with(BatchStatistics other) {
    return new Division(shares, localSteps, other);
  }

  /** Whether all shares of a step must be computed at the same time. */
  public boolean exchanges() {
    return shares > 1 && statistics == BatchStatistics.OF_BATCH;
  }

  boolean local() {
    return localSteps > 1;
  }

  String description() {
    return shares
        + (local()
            ? ", averaged every " + localSteps + " steps"
            : ", synchronous, " + statistics.description());
  }
}
