package org.neuralharmonizer.train;

import java.util.List;

/**
 * Has every share of a step computed by a {@link ShareWorker}, somewhere, and adds up what they
 * give. This is all that a cluster has to do for {@link Harmonizer#fit(
 * org.neuralharmonizer.data.ImageSource, org.neuralharmonizer.backend.Backend, Division,
 * ShareSums)}.
 */
@FunctionalInterface
public interface ShareSums {

  /**
   * The work of some steps.
   *
   * @param done steps before them
   * @param count how many
   * @param state for the workers
   * @return each sum taken in the order of the shares, so that it has the same bits whoever
   *     finishes first
   */
  Sums of(long done, int count, float[] state);

  /**
   * What all shares gave.
   *
   * @param outcomes by share
   * @param values the sums of {@link ShareWorker.Contribution#values}, added in double precision
   */
  record Sums(List<TrainStep.Outcome> outcomes, float[] values) {}
}
