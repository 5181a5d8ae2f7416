package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/** A program bound to its slabs: running it is calling its kernels in order. */
final class CpuExecutable implements Executable {
  private final Program program;
  private @Nullable Memory memory;
  private final Kernel[] kernels;
  private final List<Program.Update> exchanges;

  CpuExecutable(Program program, Workers workers, Kernels family) {
    this.program = program;
    this.memory = new Memory(program.memory());
    Binder binder = new Binder(memory, workers, family);
    this.kernels = program.steps().stream().map(binder::bind).toArray(Kernel[]::new);
    this.exchanges = exchanges(program);
    program.constants().forEach(memory::write);
    for (Program.Variable variable : program.variables()) {
      memory.write(variable.slot(), variable.initial());
    }
  }

  @Override
  public Program program() {
    open();
    return program;
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments, @Nullable StepObserver observer) {
    Memory open = open();
    accept(open, arguments);
    for (int i = 0; i < kernels.length; i++) {
      kernels[i].run();
      if (observer != null) {
        Step step = program.steps().get(i);
        observer.after(i, step, step.outputs().stream().map(open::read).toList());
      }
    }
    List<Tensor> outputs = new ArrayList<>(program.outputs().size());
    for (Slot output : program.outputs()) {
      outputs.add(open.read(output));
    }
    update(open);
    return outputs;
  }

  @Override
  public Tensor read(int variable) {
    Memory open = open();
    return open.read(program.variables().get(variable).slot());
  }

  @Override
  public void write(int variable, Tensor value) {
    Memory open = open();
    Program.Variable target = program.variables().get(variable);
    check("write: variable", target.name(), target.slot(), value);
    open.write(target.slot(), value);
  }

  @Override
  public void close() {
    memory = null;
  }

  private Memory open() {
    Memory open = memory;
    if (open == null) {
      throw new IllegalStateException("cpu: this executable is closed — load the program again");
    }
    return open;
  }

  private void accept(Memory open, List<Tensor> arguments) {
    List<Program.Argument> expected = program.arguments();
    if (arguments.size() != expected.size()) {
      throw new IllegalArgumentException(
          "run: the program takes %d arguments %s, got %d — give one tensor for each"
              .formatted(
                  expected.size(),
                  expected.stream().map(Program.Argument::name).toList(),
                  arguments.size()));
    }
    for (int i = 0; i < arguments.size(); i++) {
      check("run: argument", expected.get(i).name(), expected.get(i).slot(), arguments.get(i));
    }
    for (int i = 0; i < arguments.size(); i++) {
      open.write(expected.get(i).slot(), arguments.get(i));
    }
  }

  private static void check(String operation, String name, Slot slot, Tensor value) {
    if (!value.shape().equals(slot.shape())) {
      throw new ShapeException(
          "%s \"%s\" has shape %s, the program expects %s"
              .formatted(operation, name, value.shape(), slot.shape()));
    }
  }

  /** Values that are variables themselves are read before any variable changes. */
  private void update(Memory open) {
    List<Tensor> exchanged = new ArrayList<>();
    for (Program.Update update : exchanges) {
      exchanged.add(open.read(update.value()));
    }
    for (Program.Update update : program.updates()) {
      if (!exchanges.contains(update)) {
        open.copy(update.value(), update.variable());
      }
    }
    for (int i = 0; i < exchanged.size(); i++) {
      open.write(exchanges.get(i).variable(), exchanged.get(i));
    }
  }

  private static List<Program.Update> exchanges(Program program) {
    Set<Integer> variables = new HashSet<>();
    program.variables().forEach(variable -> variables.add(variable.slot().storage()));
    return program.updates().stream()
        .filter(update -> variables.contains(update.value().storage()))
        .toList();
  }
}
