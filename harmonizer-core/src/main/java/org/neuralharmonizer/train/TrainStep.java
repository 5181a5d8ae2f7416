package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Noise;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.SeededRandom;
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
   * @param explanationDeviation as {@link TrainingListener.Step} has it
   */
  public record Outcome(TrainingListener.Losses losses, int right, double explanationDeviation) {}

  private TrainStep(Executable executable, StepGraph graph, int batch) {
    this.executable = executable;
    this.noise = graph.noise();
    this.memory = graph.memory();
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
    StepGraph graph = new StepGraph(objective, optimizer, initial, batch, mode);
    return new TrainStep(backend.load(graph.signature()), graph, batch);
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
    List<Tensor> arguments = new ArrayList<>();
    arguments.add(images.images());
    arguments.add(images.labels());
    arguments.add(images.maps());
    arguments.add(images.mapWeights());
    arguments.add(Tensor.scalar(learningRate));
    noise.forEach(each -> arguments.add(each.draw(random)));
    List<Tensor> results = executable.run(arguments);
    TrainingListener.Losses losses =
        new TrainingListener.Losses(
            results.get(0).item(),
            results.get(1).item(),
            results.get(2).item(),
            results.get(3).item());
    return new Outcome(losses, (int) results.get(4).item(), results.get(5).item());
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
   * Continues from a state saved before. A state that does not fit changes nothing.
   *
   * @throws IllegalArgumentException listing everything that is missing, left over or of another
   *     shape
   */
  public void restore(Map<String, Tensor> state) {
    List<Program.Variable> variables = executable.program().variables();
    requireFitting(variables, state);
    for (int i = 0; i < variables.size(); i++) {
      executable.write(i, state.get(variables.get(i).name()));
    }
  }

  @Override
  public void close() {
    executable.close();
  }

  private static void requireFitting(List<Program.Variable> variables, Map<String, Tensor> state) {
    List<String> problems = new ArrayList<>();
    for (Program.Variable variable : variables) {
      Tensor value = state.get(variable.name());
      if (value == null) {
        problems.add("missing \"" + variable.name() + "\"");
      } else if (!value.shape().equals(variable.slot().shape())) {
        problems.add(
            "\"%s\" is %s, the step expects %s"
                .formatted(variable.name(), value.shape(), variable.slot().shape()));
      }
    }
    List<String> names = variables.stream().map(Program.Variable::name).toList();
    state.keySet().stream()
        .filter(name -> !names.contains(name))
        .sorted()
        .forEach(name -> problems.add("left over \"" + name + "\""));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "restore: the state belongs to another network or optimizer: "
              + String.join("; ", problems)
              + " — use the ones it was saved with");
    }
  }
}
