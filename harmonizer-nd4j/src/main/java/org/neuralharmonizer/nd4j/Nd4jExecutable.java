package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.program.MemoryPlan;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;

/** A program bound to ND4J's arrays: running it is making the prepared calls in order. */
final class Nd4jExecutable implements Executable {
  private final String backend;
  private final Program program;
  private final Plan plan;
  private final Transfers transfers;
  private final List<List<Runnable>> steps = new ArrayList<>();
  private final List<Runnable> updates = new ArrayList<>();
  private final List<INDArray> arguments = new ArrayList<>();
  private final List<INDArray> outputs = new ArrayList<>();
  private boolean closed;

  Nd4jExecutable(String backend, Program program, Plan plan, Convolutions.Kind kind) {
    this.backend = backend;
    this.program = program;
    this.plan = plan;
    this.transfers = new Transfers(plan.device());
    Binder binder = new Binder(plan, kind);
    program.steps().forEach(step -> steps.add(binder.bind(step)));
    bindUpdates();
    program.arguments().forEach(argument -> arguments.add(view(argument.slot())));
    program.outputs().forEach(output -> outputs.add(view(output)));
    program.constants().forEach(this::upload);
    program.variables().forEach(variable -> upload(variable.slot(), variable.initial()));
  }

  /** Values that are variables themselves are set aside before any variable changes. */
  private void bindUpdates() {
    Set<Integer> variables = new HashSet<>();
    program.variables().forEach(variable -> variables.add(variable.slot().storage()));
    List<Runnable> last = new ArrayList<>();
    for (Program.Update update : program.updates()) {
      if (update.value().shape().size() == 0 || isInPlace(update)) {
        continue;
      }
      INDArray value = plan.storage().view(update.value());
      INDArray variable = plan.storage().view(update.variable());
      if (variables.contains(update.value().storage())) {
        INDArray aside = plan.scratchLike(value);
        updates.add(() -> aside.assign(value));
        last.add(() -> variable.assign(aside));
      } else {
        last.add(() -> variable.assign(value));
      }
    }
    updates.addAll(last);
    plan.take();
  }

  /** The step that computes the value has replaced the variable already. */
  private boolean isInPlace(Program.Update update) {
    MemoryPlan memory = program.memory();
    return memory.place(update.value().storage()).equals(memory.place(update.variable().storage()))
        && update.value().offset() == update.variable().offset();
  }

  @Override
  public Program program() {
    requireOpen();
    return program;
  }

  /** Runs on arrays that are where the program is; the results are the caller's. */
  List<INDArray> runArrays(List<INDArray> values) {
    requireOpen();
    for (int i = 0; i < values.size(); i++) {
      INDArray place = arguments.get(i);
      place.assign(values.get(i).reshape(place.shape()));
    }
    steps.forEach(calls -> calls.forEach(Runnable::run));
    plan.checks().forEach(Runnable::run);
    List<INDArray> results = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      INDArray result = outputs.get(i).dup('c');
      boolean isScalar = program.outputs().get(i).shape().rank() == 0;
      results.add(isScalar ? result.reshape(new long[0]) : result);
    }
    updates.forEach(Runnable::run);
    return results;
  }

  @Override
  public List<Tensor> run(List<Tensor> values, @Nullable StepObserver observer) {
    requireOpen();
    program.requireFitting(values);
    for (int i = 0; i < values.size(); i++) {
      upload(values.get(i), arguments.get(i));
    }
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).forEach(Runnable::run);
      if (observer != null) {
        Step step = program.steps().get(i);
        observer.after(i, step, step.outputs().stream().map(this::download).toList());
      }
    }
    plan.checks().forEach(Runnable::run);
    List<Tensor> results = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      results.add(download(outputs.get(i), program.outputs().get(i)));
    }
    updates.forEach(Runnable::run);
    return Collections.unmodifiableList(results);
  }

  @Override
  public Tensor read(int variable) {
    requireOpen();
    return download(program.variables().get(variable).slot());
  }

  @Override
  public void write(int variable, Tensor value) {
    requireOpen();
    program.requireFitting(variable, value);
    upload(program.variables().get(variable).slot(), value);
  }

  private INDArray view(Slot slot) {
    return plan.storage().view(slot);
  }

  private void upload(Slot slot, Tensor value) {
    upload(value, view(slot));
  }

  private void upload(Tensor value, INDArray place) {
    if (value.size() > 0) {
      transfers.upload(value, place);
    }
  }

  private Tensor download(Slot slot) {
    return download(view(slot), slot);
  }

  private Tensor download(INDArray place, Slot slot) {
    return slot.shape().size() == 0
        ? Tensor.zeros(slot.shape())
        : transfers.download(place, slot.shape());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          backend + ": this executable is closed — load the program again");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      plan.close();
    }
  }
}
