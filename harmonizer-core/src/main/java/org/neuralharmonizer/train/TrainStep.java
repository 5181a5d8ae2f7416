package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Noise;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Update;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * One compiled training step: losses, gradients of first and second order, the optimizer's rule and
 * the running statistics in a single program whose variables change in place.
 *
 * <p>Built for one batch size. Confined to one thread.
 */
public final class TrainStep implements AutoCloseable {
  private final Executable executable;
  private final List<Noise> noise;
  private final List<String> memory;
  private final int batch;

  /**
   * What one step reports.
   *
   * @param losses the terms before the step changed anything
   * @param right images of the batch whose highest logit was that of their label
   */
  public record Outcome(TrainingListener.Losses losses, int right) {}

  private TrainStep(Executable executable, List<Noise> noise, List<String> memory, int batch) {
    this.executable = executable;
    this.noise = noise;
    this.memory = memory;
    this.batch = batch;
  }

  /**
   * Compiles the step.
   *
   * @param batch images per step
   * @param initial first values, fitting the network
   * @param mode whether batch-norm uses the batch's statistics and dropout drops
   */
  public static TrainStep of(
      HarmonizerObjective objective,
      Optimizer optimizer,
      Parameters initial,
      int batch,
      Mode mode,
      Backend backend) {
    Shape image = objective.classifier().image();
    Expr images = Expr.input("images", image.within(batch));
    Expr labels = Expr.input("labels", Shape.of(batch, objective.classifier().classes()));
    Expr maps = Expr.input("maps", Shape.of(batch, image.extent(1), image.extent(2)));
    Expr mapWeights = Expr.input("map weights", Shape.of(batch));
    Expr learningRate = Expr.input("learning rate", Shape.SCALAR);
    Context context = Context.of(mode);
    HarmonizerObjective.Terms terms = objective.terms(images, labels, maps, mapWeights, context);
    Parameters values = initial.fitting(context.parameters());

    List<Signature.Variable> variables = new ArrayList<>();
    for (Parameter parameter : context.parameters()) {
      variables.add(new Signature.Variable(parameter.leaf(), values.value(parameter.path())));
    }
    List<Signature.Update> updates = new ArrayList<>();
    for (Update update : context.updates()) {
      updates.add(new Signature.Update(update.statistic().leaf(), update.value()));
    }
    List<Expr> leaves = context.trainable().stream().map(Parameter::leaf).toList();
    List<Expr> gradients = Derivatives.grad(terms.total(), leaves);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      Expr leaf = leaves.get(i);
      List<Expr> memory = new ArrayList<>();
      for (String name : optimizer.memory()) {
        String path = name + " of " + context.trainable().get(i).path();
        Expr kept = Expr.input(path, leaf.shape());
        names.add(path);
        memory.add(kept);
        variables.add(new Signature.Variable(kept, Tensor.zeros(leaf.shape())));
      }
      Optimizer.Change change = optimizer.change(leaf, gradients.get(i), memory, learningRate);
      updates.add(new Signature.Update(leaf, change.parameter()));
      for (int k = 0; k < memory.size(); k++) {
        updates.add(new Signature.Update(memory.get(k), change.memory().get(k)));
      }
    }
    List<Expr> arguments = new ArrayList<>(List.of(images, labels, maps, mapWeights, learningRate));
    context.noise().forEach(each -> arguments.add(each.leaf()));
    List<Expr> outputs =
        List.of(
            terms.total(),
            terms.crossEntropy(),
            objective.lambda1() > 0 ? terms.mapLoss() : Expr.literal(0),
            terms.weightDecay(),
            right(terms.logits(), labels));
    Executable executable = backend.load(new Signature(arguments, variables, outputs, updates));
    return new TrainStep(executable, context.noise(), names, batch);
  }

  /** How many images a step takes. */
  public int batch() {
    return batch;
  }

  /** What runs at each step; print it to see the operations, their number and their memory. */
  public Program program() {
    return executable.program();
  }

  /**
   * One step.
   *
   * @param random draws the masks of dropout; give each step a stream of its own
   */
  public Outcome run(LabeledImages.Batch images, double learningRate, SeededRandom random) {
    List<Tensor> arguments =
        new ArrayList<>(
            List.of(
                images.images(),
                images.labels(),
                images.maps(),
                images.mapWeights(),
                Tensor.scalar(learningRate)));
    noise.forEach(each -> arguments.add(each.draw(random)));
    List<Tensor> results = executable.run(arguments);
    return new Outcome(
        new TrainingListener.Losses(
            results.get(0).item(),
            results.get(1).item(),
            results.get(2).item(),
            results.get(3).item()),
        (int) results.get(4).item());
  }

  /** The present values of the network, running statistics included. */
  public Parameters parameters() {
    Map<String, Tensor> values = state();
    memory.forEach(values::remove);
    return Parameters.of(values);
  }

  /** Parameters, running statistics and the optimizer's memory, by name. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    List<Program.Variable> variables = executable.program().variables();
    for (int i = 0; i < variables.size(); i++) {
      state.put(variables.get(i).name(), executable.read(i));
    }
    return state;
  }

  /**
   * Continues from a state saved before.
   *
   * @throws IllegalArgumentException listing every name that is missing or left over
   */
  public void restore(Map<String, Tensor> state) {
    List<Program.Variable> variables = executable.program().variables();
    List<String> names = variables.stream().map(Program.Variable::name).toList();
    if (state.size() != names.size() || !state.keySet().containsAll(names)) {
      List<String> missing = names.stream().filter(name -> !state.containsKey(name)).toList();
      List<String> extra = state.keySet().stream().filter(name -> !names.contains(name)).toList();
      throw new IllegalArgumentException(
          "restore: the state does not belong to this step, missing %s, left over %s"
              .formatted(missing, extra));
    }
    for (int i = 0; i < names.size(); i++) {
      executable.write(i, state.get(names.get(i)));
    }
  }

  @Override
  public void close() {
    executable.close();
  }

  private static Expr right(Expr logits, Expr labels) {
    Expr predicted = Expr.of(new Comparison.ArgMax(), logits);
    Expr given = Expr.of(new Comparison.ArgMax(), labels);
    return Expr.of(new Comparison.Equal(), predicted, given).sum();
  }
}
