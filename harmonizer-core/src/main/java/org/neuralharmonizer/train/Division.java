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
 */
public record Division(int shares, int localSteps) implements Serializable {
  public Division {
    if (shares < 1 || localSteps < 1) {
      throw new IllegalArgumentException(
          "training: %d shares of each batch and %d local steps — give at least one of each"
              .formatted(shares, localSteps));
    }
  }

  /** Steps on the gradient of the whole batch. */
  public static Division synchronous(int shares) {
    return new Division(shares, 1);
  }

  boolean local() {
    return localSteps > 1;
  }

  String description() {
    return shares + (local() ? ", averaged every " + localSteps + " steps" : ", synchronous");
  }
}
