package org.neuralharmonizer.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Tensor;

/** One run over the data, from its first step or from the latest checkpoint. */
final class TrainingRun {
  /** Steps taken once more, to find where a value ceased to be finite. */
  private static final int MOST_REPEATED = 200;

  private final Steps step;
  private final Course course;
  private final Saving saving;
  private final TrainingListener listener;
  private final List<TrainingListener.Epoch> reports = new ArrayList<>();

  /** Where its state is kept, if anywhere, how often, and the settings kept with it. */
  record Saving(@Nullable CheckpointStore store, int every, Map<String, String> settings) {}

  TrainingRun(Steps step, Course course, Saving saving, TrainingListener listener) {
    this.step = step;
    this.course = course;
    this.saving = saving;
    this.listener = listener;
  }

  List<TrainingListener.Epoch> toTheEnd() throws IOException {
    long steps = course.steps();
    long done = resume();
    EpochMeans means = new EpochMeans();
    while (done < steps) {
      long before = done;
      int count = (int) Math.min(step.stride(), steps - done);
      TrainStep.Outcome outcome = step.run(before, count);
      done += count;
      requireFinite(outcome.losses(), done);
      means.add(outcome, count * course.batch());
      listener.stepped(
          new TrainingListener.Step(
              done,
              steps,
              outcome.losses(),
              course.rate(before),
              outcome.explanationDeviation(),
              outcome.gradients()));
      if (course.epoch(done) > course.epoch(before)) {
        reports.add(means.report(course.epoch(done), course.epochs()));
        listener.epochEnded(reports.get(reports.size() - 1), step::parameters);
        means = new EpochMeans();
      }
      if (done / saving.every() > before / saving.every() || done == steps) {
        save(done);
      }
    }
    return reports;
  }

  private long resume() throws IOException {
    CheckpointStore store = saving.store();
    Checkpoint latest = store == null ? null : store.latest().orElse(null);
    if (latest == null) {
      return 0;
    }
    latest.requireSameSettings(saving.settings());
    step.restore(latest.tensors(), latest.step());
    return latest.step();
  }

  private void save(long done) throws IOException {
    CheckpointStore store = saving.store();
    if (store != null) {
      Map<String, Tensor> state = step.state();
      requireFinite(state, done);
      store.save(new Checkpoint(done, state, saving.settings()));
    }
  }

  private void requireFinite(TrainingListener.Losses losses, long done) {
    if (!Double.isFinite(losses.total())) {
      List<String> ids = course.visits(done - 1).stream().map(course.images()::id).toList();
      throw new IllegalStateException(
          "training: the loss is %s at step %d (%s), of images %s%s"
                  .formatted(losses.total(), done, losses, ids, origin(done))
              + " — lower the learning rate, or lambda1");
    }
  }

  /** A finite loss can have a gradient that is not; what follows from it must not be saved. */
  private void requireFinite(Map<String, Tensor> state, long done) {
    for (Map.Entry<String, Tensor> each : state.entrySet()) {
      Tensor tensor = each.getValue();
      for (int i = 0; i < tensor.size(); i++) {
        if (!Float.isFinite(tensor.value(i))) {
          throw new IllegalStateException(
              "training: \"%s\" holds %s after step %d%s — lower the learning rate, or lambda1"
                  .formatted(each.getKey(), tensor.value(i), done, origin(done)));
        }
      }
    }
  }

  /**
   * Where the first value that is not finite arose: the steps since the latest checkpoint are
   * repeated under observation, unless they are many. What fails in that must not hide what it is
   * to explain.
   */
  private String origin(long failed) {
    try {
      step.restart();
      long from = resume();
      for (long done = from; done < failed && failed - from <= MOST_REPEATED; done++) {
        Optional<String> found = step.whereNotFinite(done);
        if (found.isPresent()) {
          return "; " + found.get();
        }
      }
      return "";
    } catch (IOException | UncheckedIOException e) {
      return "; where it arose was not found: " + e.getMessage();
    }
  }
}
