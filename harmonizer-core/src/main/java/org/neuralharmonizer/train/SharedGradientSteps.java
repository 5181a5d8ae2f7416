package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Steps whose gradients are computed in shares, by {@link ShareGradient}; the optimizer's rule runs
 * here, once. Running statistics become the means of what all parts of the batch made of them.
 */
final class SharedGradientSteps implements Steps {
  private final SharedRun run;
  private final ShareSums shares;
  private final Layout sent = new Layout();
  private final Layout received;
  private final List<String> memory = new ArrayList<>();
  private final Executable rule;
  private long done;

  SharedGradientSteps(SharedRun run, ShareSums shares, Backend backend) {
    this.run = run;
    this.shares = shares;
    LossGraph losses = run.losses(run.objectives().get(0));
    losses.context().parameters().forEach(each -> sent.add(each.path(), each.shape()));
    received = ShareGradient.values(run, losses);
    rule = backend.load(signature(losses));
  }

  private Signature signature(LossGraph losses) {
    List<Expr> sums = received.inputs();
    List<Parameter> learned = losses.context().trainable();
    List<List<Expr>> gradients = new ArrayList<>();
    int kinds = UpdateGraph.kinds(run.objectives().get(0), run.settings());
    for (int kind = 0; kind < kinds; kind++) {
      gradients.add(sums.subList(kind * learned.size(), (kind + 1) * learned.size()));
    }
    UpdateGraph update =
        new UpdateGraph(run.objectives().get(0), run.settings(), learned, gradients);
    update.memory().forEach(each -> memory.add(each.name()));
    List<Signature.Update> updates = new ArrayList<>(update.updates());
    double share = 1.0 / run.settings().accumulation().parts();
    List<Expr> statistics = sums.subList(kinds * learned.size(), sums.size());
    for (int i = 0; i < statistics.size(); i++) {
      Expr statistic = losses.context().updates().get(i).statistic().leaf();
      updates.add(new Signature.Update(statistic, statistics.get(i).times(share)));
    }
    Stream<Signature.Variable> parameters =
        losses.context().parameters().stream()
            .map(each -> new Signature.Variable(each.leaf(), run.initial().value(each.path())));
    return new Signature(
        Stream.concat(update.progress().stream(), sums.stream()).toList(),
        Stream.concat(parameters, update.memory().stream()).toList(),
        update.report(),
        updates);
  }

  @Override
  public TrainStep.Outcome run(long before, int count) {
    // Parameters are the rule's first variables; what it remembers stays here.
    List<Tensor> parameters = IntStream.range(0, sent.count()).mapToObj(rule::read).toList();
    ShareSums.Sums sums = shares.of(before, count, sent.join(parameters));
    run.requireFinite(before, sums.outcomes());
    List<Tensor> arguments = new ArrayList<>();
    arguments.add(Tensor.scalar(run.course().rate(before)));
    arguments.add(Tensor.scalar((double) (done + 1)));
    arguments.addAll(received.split(sums.values()));
    List<Tensor> norms = rule.run(arguments);
    done++;
    TrainStep.Outcome outcome = TrainStep.Outcome.mean(sums.outcomes());
    return norms.isEmpty() ? outcome : outcome.with(StepSums.gradients(norms));
  }

  @Override
  public void restart() {
    Map<String, Tensor> first = new LinkedHashMap<>();
    rule.program().variables().forEach(each -> first.put(each.name(), each.initial()));
    restore(first, 0);
  }

  @Override
  public void restore(Map<String, Tensor> state, long steps) {
    TrainStep.write(rule, state);
    done = steps;
  }

  @Override
  public Map<String, Tensor> state() {
    return TrainStep.read(rule);
  }

  @Override
  public Parameters parameters() {
    return new TrainingState(state(), memory).parameters();
  }

  @Override
  public Optional<Parameters> averaged() {
    return done == 0 ? Optional.empty() : new TrainingState(state(), memory).averaged();
  }

  @Override
  public void close() {
    rule.close();
  }
}
