package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Parameter;

/**
 * An optimizer that also keeps a moving average of every parameter, which often generalizes better
 * than the last values: ā ← d ā + (1 − d) θ with d = min(decay, (t − 1) / t) at step t. Until step
 * 1 / (1 − decay) that is the mean of all values so far; first values do not linger.
 *
 * <p>The average changes nothing in training. {@link TrainStep#averaged()} and {@link
 * TrainingResult#averaged()} return it.
 */
public final class WeightAveraging implements Optimizer {
  /** What the average of a parameter is called among what is remembered. */
  static final String MEMORY = "average";

  private final Optimizer base;
  private final double decay;

  private WeightAveraging(Optimizer base, double decay) {
    if (!(decay > 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "weight averaging: the decay must lie in (0, 1), not " + decay);
    }
    this.base = base;
    this.decay = decay;
  }

  /** An average over about 1 / (1 − decay) steps. */
  public static WeightAveraging of(Optimizer base, double decay) {
    return new WeightAveraging(base, decay);
  }

  @Override
  public List<String> memory() {
    List<String> names = new ArrayList<>(base.memory());
    names.add(MEMORY);
    return names;
  }

  @Override
  public Change change(Parameter parameter, Expr gradient, List<Expr> memory, Progress progress) {
    int own = memory.size() - 1;
    Change change = base.change(parameter, gradient, memory.subList(0, own), progress);
    // (t − 1) / t = 1 − 1 / t
    Expr share = progress.step().reciprocal().negated().plus(1);
    Expr kept = Functions.minimum(share, decay);
    Expr average = memory.get(own);
    Expr next = average.times(kept).plus(change.parameter().times(kept.negated().plus(1)));
    List<Expr> all = new ArrayList<>(change.memory());
    all.add(next);
    return new Change(change.parameter(), all);
  }

  @Override
  public String description() {
    return base.description() + " with averages of decay " + decay;
  }
}
