package org.neuralharmonizer.train;

import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/** Takes the steps of a run, here or on many machines. */
interface Steps extends AutoCloseable {

  /** How many steps are taken at a time. */
  default int stride() {
    return 1;
  }

  /**
   * Some steps.
   *
   * @param done steps before them
   * @param count how many, at most {@link #stride}
   * @return the means over them
   */
  TrainStep.Outcome run(long done, int count);

  /** Repeats a step to see where a value ceases to be finite, in words; empty where none does. */
  default Optional<String> whereNotFinite(long done) {
    return Optional.empty();
  }

  /** Goes back to the first values. */
  void restart();

  /** Continues from a state saved after so many steps. */
  void restore(Map<String, Tensor> state, long done);

  /** Parameters, running statistics and the optimizer's memory, by name. */
  Map<String, Tensor> state();

  Parameters parameters();

  /** The averages of the parameters, where the optimizer keeps them. */
  Optional<Parameters> averaged();

  @Override
  void close();
}
