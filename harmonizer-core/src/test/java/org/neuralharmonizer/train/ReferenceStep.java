package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.testing.DoubleInterpreter;

/** A harmonized training step of the small task, and what it is in double precision. */
public final class ReferenceStep {
  static final int BATCH = 6;
  static final long INITIALIZATION = 3;
  static final long NOISE = 9;
  static final double LEARNING_RATE = 0.5;

  private final StepGraph graph =
      new StepGraph(
          SmallTask.objective(),
          new StepSettings(
              optimizer(),
              new Accumulation(1, BATCH),
              BATCH,
              Mode.TRAINING,
              GradientBalance.ABSOLUTE,
              Double.POSITIVE_INFINITY),
          SmallTask.classifier().initialize(INITIALIZATION));
  private final Signature signature = graph.signature();
  private final Map<Expr, double[]> variables = new IdentityHashMap<>();

  /** The step before any has been taken. */
  public ReferenceStep() {
    signature
        .variables()
        .forEach(each -> variables.put(each.input(), Differences.doubles(each.initial())));
  }

  static Optimizer optimizer() {
    return Sgd.withNesterovMomentum(0.9);
  }

  static LabeledImages.Batch batch() {
    return SmallTask.images().batch(0, 1, 2, 3, 4, 5);
  }

  public Signature signature() {
    return signature;
  }

  /** Images, labels, maps, weights, learning rate, number of the step and noise. */
  public List<Tensor> arguments() {
    LabeledImages.Batch batch = batch();
    List<Tensor> arguments =
        new ArrayList<>(
            List.of(
                batch.images(),
                batch.labels(),
                batch.maps(),
                batch.mapWeights(),
                Tensor.scalar(LEARNING_RATE),
                Tensor.scalar(1)));
    SeededRandom random = SeededRandom.of(NOISE);
    graph.noise().forEach(each -> arguments.add(each.draw(random)));
    return arguments;
  }

  /** Takes a step in double precision: its outputs, and after them the values of its updates. */
  public List<double[]> next() {
    List<Tensor> arguments = arguments();
    Map<Expr, double[]> values = new IdentityHashMap<>(variables);
    for (int i = 0; i < arguments.size(); i++) {
      values.put(signature.arguments().get(i), Differences.doubles(arguments.get(i)));
    }
    List<Expr> wanted = new ArrayList<>(signature.outputs());
    signature.updates().forEach(update -> wanted.add(update.value()));
    List<double[]> results = DoubleInterpreter.evaluate(wanted, values);
    for (int i = 0; i < signature.updates().size(); i++) {
      variables.put(
          signature.updates().get(i).variable(), results.get(signature.outputs().size() + i));
    }
    return results;
  }
}
