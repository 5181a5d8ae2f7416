package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.StepObserver;
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
  private final HarmonizerObjective objective;
  private final Accumulation accumulation;
  private final int mapped;
  private long done;

  /**
   * What one step reports.
   *
   * @param losses the terms before the step changed anything
   * @param right images of the batch whose highest logit was that of their label
   * @param explanationDeviation as {@link TrainingListener.Step} has it
   * @param gradients as {@link TrainingListener.Step} has it
   */
  public record Outcome(
      TrainingListener.Losses losses,
      int right,
      double explanationDeviation,
      TrainingListener.Gradients gradients) {

    /** The means of some outcomes; images that were right are added up. */
    static Outcome mean(List<Outcome> outcomes) {
      List<Outcome> explained =
          outcomes.stream().filter(each -> !Double.isNaN(each.explanationDeviation())).toList();
      return new Outcome(
          new TrainingListener.Losses(
              mean(outcomes, each -> each.losses().total()),
              mean(outcomes, each -> each.losses().crossEntropy()),
              explained.isEmpty() ? 0 : mean(explained, each -> each.losses().harmonization()),
              mean(outcomes, each -> each.losses().weightDecay())),
          outcomes.stream().mapToInt(Outcome::right).sum(),
          mean(explained, Outcome::explanationDeviation),
          TrainingListener.Gradients.UNKNOWN);
    }

    private static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
      return outcomes.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    Outcome with(TrainingListener.Gradients norms) {
      return new Outcome(losses, right, explanationDeviation, norms);
    }
  }

  private TrainStep(
      Executable executable,
      StepGraph graph,
      HarmonizerObjective objective,
      StepSettings settings) {
    this.executable = executable;
    this.noise = graph.noise();
    this.memory = graph.memory();
    this.objective = objective;
    this.accumulation = settings.accumulation();
    this.mapped = settings.mapped();
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
    return of(objective, optimizer, initial, batch, batch, mode, backend);
  }

  /**
   * Compiles a step for batches in which only the first images have maps: the others cost no second
   * derivatives.
   *
   * @param mapped how many, 1 … batch; with fewer, the network must treat images one by one, as
   *     {@link HarmonizerObjective#terms} says
   */
  public static TrainStep of(
      HarmonizerObjective objective,
      Optimizer optimizer,
      Parameters initial,
      int batch,
      int mapped,
      Mode mode,
      Backend backend) {
    if (mapped < 1 || mapped > batch) {
      throw new IllegalArgumentException(
          "training: maps for %d images of a batch of %d — give 1 to all".formatted(mapped, batch));
    }
    Accumulation whole = new Accumulation(1, batch);
    StepSettings settings =
        new StepSettings(
            optimizer, whole, mapped, mode, GradientBalance.ABSOLUTE, Double.POSITIVE_INFINITY);
    return of(objective, settings, initial, backend);
  }

  static TrainStep of(
      HarmonizerObjective objective, StepSettings settings, Parameters initial, Backend backend) {
    StepGraph graph = new StepGraph(objective, settings, initial);
    return new TrainStep(backend.load(graph.signature()), graph, objective, settings);
  }

  /** How many images a step takes. */
  public int batch() {
    return accumulation.batch();
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
    return run(images, learningRate, random, null);
  }

  /** One step, of which an observer sees every operation. */
  Outcome run(
      LabeledImages.Batch images,
      double learningRate,
      SeededRandom random,
      @Nullable StepObserver observer) {
    StepSums sums = new StepSums(accumulation.parts());
    double weights = Accumulation.weights(images);
    for (int part = 0; part < accumulation.parts(); part++) {
      LabeledImages.Batch some = accumulation.part(images, part);
      double share = accumulation.mapShare(some, weights, objective.mapLoss().normalization());
      List<Tensor> arguments = arguments(some, learningRate);
      if (accumulation.parts() > 1) {
        arguments.add(Tensor.scalar(share));
        arguments.add(Tensor.scalar(part == accumulation.parts() - 1 ? 1 : 0));
      }
      SeededRandom own = noise(random, accumulation, part);
      noise.forEach(each -> arguments.add(each.draw(own)));
      sums.add(executable.run(arguments, observer), share);
    }
    done++;
    return sums.outcome();
  }

  /** Each part draws from a stream of its own, so that it does not matter where it is computed. */
  static SeededRandom noise(SeededRandom step, Accumulation accumulation, int part) {
    return accumulation.parts() == 1 ? step : step.stream(part);
  }

  private List<Tensor> arguments(LabeledImages.Batch part, double learningRate) {
    List<Tensor> arguments = new ArrayList<>();
    arguments.add(part.images());
    arguments.add(part.labels());
    LabeledImages.Batch explained = part.size() > mapped ? mappedFirst(part) : part;
    arguments.add(explained.maps());
    arguments.add(explained.mapWeights());
    arguments.add(Tensor.scalar(learningRate));
    arguments.add(Tensor.scalar((double) (done + 1)));
    return arguments;
  }

  private LabeledImages.Batch mappedFirst(LabeledImages.Batch part) {
    for (int i = mapped; i < part.size(); i++) {
      if (part.mapWeights().value(i) > 0) {
        throw new IllegalStateException(
            "training: more than %d images of a batch of %d have a map, which the first epoch did not show — use MapBranch.ALL_IMAGES"
                .formatted(mapped, part.size()));
      }
    }
    return part.slice(0, mapped);
  }

  /** The present values of the network, running statistics included. */
  public Parameters parameters() {
    return new TrainingState(state(), memory).parameters();
  }

  /**
   * The averages that {@link WeightAveraging} keeps, running statistics as they are; empty without
   * it or before the first step.
   */
  public Optional<Parameters> averaged() {
    return done == 0 ? Optional.empty() : new TrainingState(state(), memory).averaged();
  }

  /** Parameters, running statistics and the optimizer's memory, by name. */
  public Map<String, Tensor> state() {
    return read(executable);
  }

  /** The variables of a program that has started, by name. */
  static Map<String, Tensor> read(Executable executable) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    List<Program.Variable> variables = executable.program().variables();
    for (int i = 0; i < variables.size(); i++) {
      state.put(variables.get(i).name(), executable.read(i));
    }
    return state;
  }

  /** Goes back to the first values. */
  void restart() {
    Map<String, Tensor> first = new LinkedHashMap<>();
    executable.program().variables().forEach(each -> first.put(each.name(), each.initial()));
    restore(first, 0);
  }

  /**
   * Continues from a state saved before. A state that does not fit changes nothing.
   *
   * @param steps how many had been done
   * @throws IllegalArgumentException listing everything that is missing, left over or of another
   *     shape
   */
  public void restore(Map<String, Tensor> state, long steps) {
    write(executable, state);
    done = steps;
  }

  /** Gives all variables of a program other values, or none if some do not fit. */
  static void write(Executable executable, Map<String, Tensor> state) {
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
