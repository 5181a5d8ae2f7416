package org.neuralharmonizer.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.NonFiniteLocator;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The steps of a run, of which every k-th has the map loss, k times as strong, and the others have
 * none. What changes is handed from one kind of step to the other.
 */
final class StepSequence implements Steps {
  private final Course course;
  private final TrainStep harmonized;
  private final @Nullable TrainStep plain;
  private final int every;
  private TrainStep current;

  private StepSequence(Course course, TrainStep harmonized, @Nullable TrainStep plain, int every) {
    this.course = course;
    this.harmonized = harmonized;
    this.plain = plain;
    this.every = every;
    current = harmonized;
  }

  static StepSequence of(
      HarmonizerObjective objective,
      Course course,
      StepSettings settings,
      int every,
      Parameters initial,
      Backend backend) {
    List<HarmonizerObjective> objectives = objectives(objective, every);
    TrainStep harmonized = TrainStep.of(objectives.get(0), settings, initial, backend);
    if (objectives.size() == 1) {
      return new StepSequence(course, harmonized, null, 1);
    }
    try {
      TrainStep plain = TrainStep.of(objectives.get(1), settings, initial, backend);
      return new StepSequence(course, harmonized, plain, every);
    } catch (RuntimeException e) {
      harmonized.close();
      throw e;
    }
  }

  /** With the map loss, and without it if it is not in every step. */
  static List<HarmonizerObjective> objectives(HarmonizerObjective objective, int every) {
    HarmonizerObjective stronger = objective.withLambda1(objective.lambda1() * every);
    return every == 1 || objective.lambda1() == 0
        ? List.of(stronger)
        : List.of(stronger, objective.withLambda1(0));
  }

  @Override
  public TrainStep.Outcome run(long done, int count) {
    LabeledImages.Batch batch = course.images().batch(course.visits(done));
    if (done + 1 < course.steps()) {
      course.images().announce(course.visits(done + 1));
    }
    return run(done, batch, null);
  }

  @Override
  public Optional<String> whereNotFinite(long done) {
    NonFiniteLocator locator = new NonFiniteLocator();
    run(done, course.images().batch(course.visits(done)), locator);
    return locator
        .finding()
        .map(
            found ->
                "%s first arose in step %d, next to %s, in %s"
                    .formatted(
                        found.value(),
                        done + 1,
                        current.program().variablesNear(found.index()),
                        found.step()));
  }

  private TrainStep.Outcome run(
      long done, LabeledImages.Batch batch, @Nullable StepObserver observer) {
    TrainStep next = plain == null || done % every == 0 ? harmonized : plain;
    if (next != current) {
      next.restore(current.state(), done);
      current = next;
    }
    return current.run(batch, course.rate(done), course.noise(done), observer);
  }

  @Override
  public void restart() {
    current = harmonized;
    current.restart();
  }

  @Override
  public void restore(Map<String, Tensor> state, long done) {
    current.restore(state, done);
  }

  @Override
  public Map<String, Tensor> state() {
    return current.state();
  }

  @Override
  public Parameters parameters() {
    return current.parameters();
  }

  @Override
  public Optional<Parameters> averaged() {
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
