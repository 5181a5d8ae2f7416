package org.neuralharmonizer.train;

import java.util.Map;
import java.util.TreeMap;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A training run between two steps. What happens after it is a function of it, the data and the
 * settings alone, so a run that resumes from it ends with the same bits.
 *
 * @param step steps done
 * @param tensors parameters, running statistics and the optimizer's memory, by name
 * @param settings everything the run depends on, as text: seed, schedule, loss, versions
 */
public record Checkpoint(long step, Map<String, Tensor> tensors, Map<String, String> settings) {
  public Checkpoint {
    tensors = Map.copyOf(tensors);
    settings = Map.copyOf(settings);
  }

  /**
   * Checks that a run continues what this checkpoint began.
   *
   * @throws IllegalArgumentException naming every setting that differs, with both values
   */
  public void requireSameSettings(Map<String, String> expected) {
    Map<String, String> differing = new TreeMap<>();
    expected.forEach(
        (key, value) -> {
          String saved = settings.getOrDefault(key, "absent");
          if (!saved.equals(value)) {
            differing.put(key, "checkpoint " + saved + ", now " + value);
          }
        });
    if (!differing.isEmpty()) {
      throw new IllegalArgumentException(
          "resume: the checkpoint belongs to another run "
              + differing
              + " — use the same settings, or start afresh in another folder");
    }
  }
}
