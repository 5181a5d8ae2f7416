package org.neuralharmonizer.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.nn.Parameters;

/**
 * A finished training run.
 *
 * @param parameters the trained values, running statistics included
 * @param averaged the averages, if the optimizer keeps them ({@link WeightAveraging})
 * @param epochs what was reported at the end of each epoch of this call; a resumed run holds those
 *     after the checkpoint only
 * @param seconds wall-clock time of this call
 * @param settings everything the result depends on, as text
 */
public record TrainingResult(
    Parameters parameters,
    Optional<Parameters> averaged,
    List<TrainingListener.Epoch> epochs,
    double seconds,
    Map<String, String> settings) {
  public TrainingResult {
    epochs = List.copyOf(epochs);
  }
}
