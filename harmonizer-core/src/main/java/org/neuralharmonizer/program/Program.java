package org.neuralharmonizer.program;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A straight-line program: steps in order, each reading slots and writing others, and a plan of
 * where each slot lives. Immutable; made by {@link Compiler}, run by a backend.
 *
 * <p>A run copies the arguments in, executes the steps, copies the outputs out, and lets the
 * updates take effect.
 */
public final class Program {
  private final List<Argument> arguments;
  private final List<Variable> variables;
  private final Map<Slot, Tensor> constants;
  private final List<Step> steps;
  private final List<Slot> outputs;
  private final List<Update> updates;
  private final MemoryPlan memory;

  /** A value given at every run. */
  public record Argument(String name, Slot slot) {}

  /** A value kept between runs, with its first value. */
  public record Variable(String name, Slot slot, Tensor initial) {}

  /**
   * A variable that takes a new value at the end of a run. Both may have the same place in memory;
   * then the step that computes the value has already replaced it.
   */
  public record Update(Slot variable, Slot value) {}

  Program(
      List<Argument> arguments,
      List<Variable> variables,
      Map<Slot, Tensor> constants,
      List<Step> steps,
      List<Slot> outputs,
      List<Update> updates) {
    this(arguments, variables, constants, steps, outputs, updates, MemoryPlan::of);
  }

  private Program(
      List<Argument> arguments,
      List<Variable> variables,
      Map<Slot, Tensor> constants,
      List<Step> steps,
      List<Slot> outputs,
      List<Update> updates,
      Function<Program, MemoryPlan> planning) {
    this.arguments = List.copyOf(arguments);
    this.variables = List.copyOf(variables);
    this.constants = constants;
    this.steps = List.copyOf(steps);
    this.outputs = List.copyOf(outputs);
    this.updates = List.copyOf(updates);
    this.memory = planning.apply(this);
  }

  /** The same program without sharing of memory. */
  Program unplanned() {
    return new Program(arguments, variables, constants, steps, outputs, updates, MemoryPlan::apart);
  }

  /**
   * Refuses arguments of a run that do not fit.
   *
   * @throws IllegalArgumentException if there are too few or too many
   * @throws ShapeException if one has another shape than the program expects
   */
  public void requireFitting(List<Tensor> values) {
    if (values.size() != arguments.size()) {
      throw new IllegalArgumentException(
          "run: the program takes %d arguments %s, got %d — give one tensor for each"
              .formatted(
                  arguments.size(),
                  arguments.stream().map(Argument::name).toList(),
                  values.size()));
    }
    for (int i = 0; i < values.size(); i++) {
      Argument argument = arguments.get(i);
      requireFitting("run: argument", argument.name(), argument.slot(), values.get(i));
    }
  }

  /**
   * Refuses a value that does not fit a variable.
   *
   * @throws ShapeException if it has another shape
   * @throws IndexOutOfBoundsException if there is no such variable
   */
  public void requireFitting(int variable, Tensor value) {
    Variable target = variables.get(variable);
    requireFitting("write: variable", target.name(), target.slot(), value);
  }

  private static void requireFitting(String operation, String name, Slot slot, Tensor value) {
    if (!value.shape().equals(slot.shape())) {
      throw new ShapeException(
          "%s \"%s\" has shape %s, the program expects %s"
              .formatted(operation, name, value.shape(), slot.shape()));
    }
  }

  public List<Argument> arguments() {
    return arguments;
  }

  public List<Variable> variables() {
    return variables;
  }

  public Map<Slot, Tensor> constants() {
    return constants;
  }

  public List<Step> steps() {
    return steps;
  }

  public List<Slot> outputs() {
    return outputs;
  }

  public List<Update> updates() {
    return updates;
  }

  public MemoryPlan memory() {
    return memory;
  }

  /** Floating-point operations of one run; a multiply–add counts as two, a function as one. */
  public long operations() {
    return steps.stream().mapToLong(Cost::operations).sum();
  }

  /** Bytes that the steps of one run read and write, if nothing stays in a cache. */
  public long traffic() {
    return steps.stream().mapToLong(Cost::bytes).sum();
  }

  /**
   * Names of the variables nearest to a step: those it reads, or else those that what it reads was
   * computed from. Of a network's gradients too they tell the layer; empty if there is no such
   * variable.
   */
  public List<String> variablesNear(int step) {
    Set<Integer> frontier = storages(steps.get(step).inputs());
    while (!frontier.isEmpty()) {
      Set<Integer> read = frontier;
      List<String> found =
          variables.stream()
              .filter(variable -> read.contains(variable.slot().storage()))
              .map(Variable::name)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
      frontier =
          steps.subList(0, step).stream()
              .filter(each -> storages(each.outputs()).stream().anyMatch(read::contains))
              .flatMap(each -> each.inputs().stream())
              .map(Slot::storage)
              .filter(storage -> !read.contains(storage))
              .collect(Collectors.toSet());
    }
    return List.of();
  }

  private static Set<Integer> storages(List<Slot> slots) {
    return slots.stream().map(Slot::storage).collect(Collectors.toSet());
  }

  /** The steps, one per line, under a line with counts. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d steps, %.3f GFLOP, %.1f MiB read and written, %.1f MiB at the peak%n",
            steps.size(),
            operations() * 1e-9,
            traffic() / 1048576.0,
            memory.bytes() / 1048576.0));
    for (Step step : steps) {
      text.append(step).append(System.lineSeparator());
    }
    return text.toString();
  }
}
