package org.neuralharmonizer.cpu;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.backend.ShortConvolution;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;

/** A program bound to its slabs: running it is calling its kernels in order. */
final class CpuExecutable implements Executable {
  private final Program program;
  private @Nullable Memory memory;
  private final Kernel[] kernels;
  private final SharedCopy copy;

  /** Updates whose new value is itself a variable: they are read before any variable changes. */
  private final Program.Update[] exchanges;

  private final Program.Update[] replacements;
  private final float[][] exchanged;

  CpuExecutable(
      Program program,
      Workers workers,
      Kernels family,
      ShortConvolution shortConvolution,
      @Nullable ShareExchange exchange) {
    this.program = program;
    this.memory = new Memory(program.memory());
    this.copy = new SharedCopy(workers);
    float[][] arenas = Binder.arenas(program, workers.threads());
    Binder binder = new Binder(memory, workers, family, shortConvolution, arenas, exchange);
    this.kernels = program.steps().stream().map(binder::bind).toArray(Kernel[]::new);
    Set<Integer> variables = new HashSet<>();
    program.variables().forEach(variable -> variables.add(variable.slot().storage()));
    Map<Boolean, List<Program.Update>> updates =
        program.updates().stream()
            .collect(
                Collectors.partitioningBy(update -> variables.contains(update.value().storage())));
    this.exchanges = updates.getOrDefault(true, List.of()).toArray(Program.Update[]::new);
    this.replacements = updates.getOrDefault(false, List.of()).toArray(Program.Update[]::new);
    this.exchanged = new float[exchanges.length][];
    for (int i = 0; i < exchanges.length; i++) {
      exchanged[i] = new float[exchanges[i].value().shape().size()];
    }
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
    Tensor[] outputs = new Tensor[program.outputs().size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = open.read(program.outputs().get(i));
    }
    update(open);
    return Collections.unmodifiableList(Arrays.asList(outputs));
  }

  @Override
  public Tensor read(int variable) {
    Memory open = open();
    return open.read(program.variables().get(variable).slot());
  }

  @Override
  public void write(int variable, Tensor value) {
    Memory open = open();
    program.requireFitting(variable, value);
    open.write(program.variables().get(variable).slot(), value);
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
    program.requireFitting(arguments);
    List<Program.Argument> expected = program.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      Slot slot = expected.get(i).slot();
      copy.copy(arguments.get(i), open.array(slot), open.offset(slot));
    }
  }

  private void update(Memory open) {
    for (int i = 0; i < exchanges.length; i++) {
      open.copyTo(exchanged[i], exchanges[i].value());
    }
    for (Program.Update update : replacements) {
      open.copy(update.value(), update.variable());
    }
    for (int i = 0; i < exchanges.length; i++) {
      open.copyFrom(exchanged[i], exchanges[i].variable());
    }
  }
}
