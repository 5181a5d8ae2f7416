package org.neuralharmonizer.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Tensor;

/** Steps that every share takes by itself, in {@link LocalSteps}; their states are averaged. */
final class AveragedSteps implements Steps {
  private final SharedRun run;
  private final ShareSums shares;
  private final Layout layout = new Layout();
  private final List<String> memory;
  private final Map<String, Tensor> first = new LinkedHashMap<>();
  private Map<String, Tensor> state;
  private long done;

  AveragedSteps(SharedRun run, ShareSums shares) {
    this.run = run;
    this.shares = shares;
    StepGraph graph = new StepGraph(run.objectives().get(0), run.ofShare(), run.initial());
    memory = graph.memory();
    for (Signature.Variable each : graph.signature().variables()) {
      layout.add(each.name(), each.initial().shape());
      first.put(each.name(), each.initial());
    }
    state = first;
  }

  @Override
  public int stride() {
    return run.division().localSteps();
  }

  @Override
  public TrainStep.Outcome run(long before, int count) {
    ShareSums.Sums sums = shares.of(before, count, layout.join(state));
    run.requireFinite(before, sums.outcomes());
    float[] means = sums.values().clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= run.division().shares();
    }
    state = layout.named(means);
    done = before + count;
    return TrainStep.Outcome.mean(sums.outcomes());
  }

  @Override
  public void restart() {
    state = first;
    done = 0;
  }

  @Override
  public void restore(Map<String, Tensor> saved, long steps) {
    state = layout.named(layout.join(saved));
    done = steps;
  }

  @Override
  public Map<String, Tensor> state() {
    return state;
  }

  @Override
  public Parameters parameters() {
    return new TrainingState(state, memory).parameters();
  }

  @Override
  public Optional<Parameters> averaged() {
    return done == 0 ? Optional.empty() : new TrainingState(state, memory).averaged();
  }

  @Override
  public void close() {}
}
