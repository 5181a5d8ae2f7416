package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    Set<String> names = new TreeSet<>(settings.keySet());
    names.addAll(expected.keySet());
    List<String> differing = new ArrayList<>();
    for (String name : names) {
      String saved = settings.getOrDefault(name, "absent");
      String now = expected.getOrDefault(name, "absent");
      if (!saved.equals(now)) {
        differing.add(name + " was " + saved + ", now " + now);
      }
    }
    if (!differing.isEmpty()) {
      throw new IllegalArgumentException(
          "resume: the checkpoint belongs to another run ("
              + String.join("; ", differing)
              + ") — use the same settings, or start afresh in another folder");
    }
  }
}
