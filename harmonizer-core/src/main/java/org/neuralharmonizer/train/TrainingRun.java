package org.neuralharmonizer.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.NonFiniteLocator;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/** One run over the data, from its first step or from the latest checkpoint. */
final class TrainingRun {
  private static final long NOISE = 2;

  /** Steps taken once more, to find where a value ceased to be finite. */
  private static final int MOST_REPEATED = 200;

  private final StepSequence step;
  private final ImageSource images;
  private final EpochOrder order;
  private final Course course;
  private final Saving saving;
  private final TrainingListener listener;
  private final long steps;
  private final List<TrainingListener.Epoch> reports = new ArrayList<>();

  /** How long it goes, at which rates, and what draws its noise. */
  record Course(int epochs, LearningRateSchedule schedule, SeededRandom random) {}

  /** Where its state is kept, if anywhere, how often, and the settings kept with it. */
  record Saving(@Nullable CheckpointStore store, int every, Map<String, String> settings) {}

  TrainingRun(
      StepSequence step,
      ImageSource images,
      EpochOrder order,
      Course course,
      Saving saving,
      TrainingListener listener) {
    this.step = step;
    this.images = images;
    this.order = order;
    this.course = course;
    this.saving = saving;
    this.listener = listener;
    this.steps = ((long) course.epochs() * images.size() + step.batch() - 1) / step.batch();
  }

  List<TrainingListener.Epoch> toTheEnd() throws IOException {
    long done = resume();
    EpochMeans means = new EpochMeans();
    while (done < steps) {
      double rate = rate(done);
      LabeledImages.Batch batch = images.batch(visits(done));
      if (done + 1 < steps) {
        images.announce(visits(done + 1));
      }
      TrainStep.Outcome outcome = step.run(batch, rate, noise(done), done, null);
      done++;
      requireFinite(outcome.losses(), done);
      means.add(outcome, step.batch());
      listener.stepped(
          new TrainingListener.Step(
              done,
              steps,
              outcome.losses(),
              rate,
              outcome.explanationDeviation(),
              outcome.gradients()));
      if (epoch(done) > epoch(done - 1) || done == steps) {
        int number = done == steps ? course.epochs() : epoch(done);
        reports.add(means.report(number, course.epochs()));
        listener.epochEnded(reports.get(reports.size() - 1), step::parameters);
        means = new EpochMeans();
      }
      save(done);
    }
    return reports;
  }

  private int epoch(long done) {
    return (int) (done * step.batch() / images.size());
  }

  private double rate(long done) {
    return course.schedule().rate((double) done * step.batch() / images.size());
  }

  private SeededRandom noise(long done) {
    return course.random().stream(NOISE, done);
  }

  private List<ImageSource.Visit> visits(long done) {
    return order.stretch(done * step.batch(), step.batch());
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
    if (store != null && (done % saving.every() == 0 || done == steps)) {
      Map<String, Tensor> state = step.state();
      requireFinite(state, done);
      store.save(new Checkpoint(done, state, saving.settings()));
    }
  }

  private void requireFinite(TrainingListener.Losses losses, long done) {
    if (!Double.isFinite(losses.total())) {
      List<String> ids = visits(done - 1).stream().map(images::id).toList();
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
        NonFiniteLocator locator = new NonFiniteLocator();
        step.run(images.batch(visits(done)), rate(done), noise(done), done, locator);
        if (locator.finding().isPresent()) {
          return "; " + described(locator.finding().get(), done + 1);
        }
      }
      return "";
    } catch (IOException | UncheckedIOException e) {
      return "; where it arose was not found: " + e.getMessage();
    }
  }

  private String described(NonFiniteLocator.Finding found, long number) {
    return "%s first arose in step %d, next to %s, in %s"
        .formatted(
            found.value(), number, step.program().variablesNear(found.index()), found.step());
  }
}
