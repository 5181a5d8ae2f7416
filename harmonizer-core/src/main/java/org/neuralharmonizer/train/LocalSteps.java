package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.tensor.SeededRandom;

/** Steps of a share by itself, from a common state to one of its own. */
final class LocalSteps implements ShareWork {
  private final SharedRun run;
  private final Layout state;
  private final List<TrainStep> steps = new ArrayList<>();

  LocalSteps(SharedRun run, Backend backend) {
    this.run = run;
    try {
      for (HarmonizerObjective objective : run.objectives()) {
        steps.add(TrainStep.of(objective, run.ofShare(), run.initial(), backend));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    state = new Layout();
    steps.get(0).state().forEach((name, value) -> state.add(name, value.shape()));
  }

  @Override
  public ShareWorker.Contribution of(long done, int count, int share, float[] joined) {
    @Nullable TrainStep current = null;
    List<TrainStep.Outcome> outcomes = new ArrayList<>();
    for (long number = done; number < done + count; number++) {
      TrainStep step = steps.get(run.kind(number));
      if (step != current) {
        step.restore(current == null ? state.named(joined) : current.state(), number);
        current = step;
      }
      LabeledImages.Batch batch = run.course().images().batch(run.visits(number, share));
      SeededRandom noise = run.course().noise(number).stream(share);
      outcomes.add(step.run(batch, run.course().rate(number), noise));
    }
    return new ShareWorker.Contribution(
        TrainStep.Outcome.mean(outcomes),
        state.join(steps.get(run.kind(done + count - 1)).state()));
  }

  @Override
  public void close() {
    steps.forEach(TrainStep::close);
  }
}
