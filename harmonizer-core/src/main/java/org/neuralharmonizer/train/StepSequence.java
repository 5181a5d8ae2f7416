package org.neuralharmonizer.train;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The steps of a run, of which every k-th has the map loss, k times as strong, and the others have
 * none. What changes is handed from one kind of step to the other.
 */
final class StepSequence implements AutoCloseable {
  private final TrainStep harmonized;
  private final @Nullable TrainStep plain;
  private final int every;
  private TrainStep current;

  private StepSequence(TrainStep harmonized, @Nullable TrainStep plain, int every) {
    this.harmonized = harmonized;
    this.plain = plain;
    this.every = every;
    current = harmonized;
  }

  static StepSequence of(
      HarmonizerObjective objective,
      StepSettings settings,
      int every,
      Parameters initial,
      Backend backend) {
    HarmonizerObjective stronger = objective.withLambda1(objective.lambda1() * every);
    TrainStep harmonized = TrainStep.of(stronger, settings, initial, backend);
    if (every == 1 || objective.lambda1() == 0) {
      return new StepSequence(harmonized, null, 1);
    }
    try {
      TrainStep plain = TrainStep.of(objective.withLambda1(0), settings, initial, backend);
      return new StepSequence(harmonized, plain, every);
    } catch (RuntimeException e) {
      harmonized.close();
      throw e;
    }
  }

  int batch() {
    return harmonized.batch();
  }

  /**
   * One step.
   *
   * @param done steps before it
   */
  TrainStep.Outcome run(
      LabeledImages.Batch batch,
      double learningRate,
      SeededRandom random,
      long done,
      @Nullable StepObserver observer) {
    TrainStep next = plain == null || done % every == 0 ? harmonized : plain;
    if (next != current) {
      next.restore(current.state(), done);
      current = next;
    }
    return current.run(batch, learningRate, random, observer);
  }

  /** What the step before ran. */
  Program program() {
    return current.program();
  }

  void restart() {
    current = harmonized;
    current.restart();
  }

  void restore(Map<String, Tensor> state, long done) {
    current.restore(state, done);
  }

  Map<String, Tensor> state() {
    return current.state();
  }

  Parameters parameters() {
    return current.parameters();
  }

  Optional<Parameters> averaged() {
    return current.averaged();
  }

  @Override
  public void close() {
    harmonized.close();
    if (plain != null) {
      plain.close();
    }
  }
}
