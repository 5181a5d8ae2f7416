package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

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
    Map<String, Tensor> present = state.named(joined);
    List<TrainStep.Outcome> outcomes = new ArrayList<>();
    for (long number = done; number < done + count; number++) {
      TrainStep step = steps.get(run.kind(number));
      step.restore(present, number);
      LabeledImages.Batch batch = run.course().images().batch(run.visits(number, share));
      SeededRandom noise = run.course().noise(number).stream(share);
      outcomes.add(step.run(batch, run.course().rate(number), noise));
      present = step.state();
    }
    return new ShareWorker.Contribution(TrainStep.Outcome.mean(outcomes), state.join(present));
  }

  @Override
  public void close() {
    steps.forEach(TrainStep::close);
  }
}
