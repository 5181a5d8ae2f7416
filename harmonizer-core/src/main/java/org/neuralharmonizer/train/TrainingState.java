package org.neuralharmonizer.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Everything that steps change.
 *
 * @param values parameters, running statistics and the optimizer's memory, by name
 * @param memory the names of the latter
 */
record TrainingState(Map<String, Tensor> values, List<String> memory) {

  /** The network's values, running statistics included. */
  Parameters parameters() {
    Map<String, Tensor> network = new LinkedHashMap<>(values);
    memory.forEach(network::remove);
    return Parameters.of(network);
  }

  /** Those with the averages that {@link WeightAveraging} keeps; empty without it. */
  Optional<Parameters> averaged() {
    String prefix = WeightAveraging.MEMORY + " of ";
    if (memory.stream().noneMatch(name -> name.startsWith(prefix))) {
      return Optional.empty();
    }
    Map<String, Tensor> network = new LinkedHashMap<>();
    parameters()
        .asMap()
        .forEach((path, value) -> network.put(path, values.getOrDefault(prefix + path, value)));
    return Optional.of(Parameters.of(network));
  }
}
