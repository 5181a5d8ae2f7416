package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A program on a device. Its work is recorded once and replayed at every run; variables stay on the
 * device, and an argument that is the same tensor as in the run before is not copied again.
 */
final class CudaExecutable implements Executable {

  /** Floats that travel to the device at a time. */
  private static final int PORTION = 1 << 20;

  private final DevicePlan plan;
  private final Device device;
  private final Runnable afterwards;
  private final Workshop workshop;
  private final List<Device.Recording> recordings = new ArrayList<>();

  /** What the arguments' places hold. */
  private final @Nullable Tensor[] present;

  private final float[] portion = new float[PORTION];
  private boolean closed;

  /**
   * Loads a program.
   *
   * @param afterwards is called once, by {@link #close}
   */
  CudaExecutable(DevicePlan plan, Device device, BackendOptions options, Runnable afterwards) {
    this.plan = plan;
    this.device = device;
    this.afterwards = afterwards;
    this.present = new Tensor[plan.program().arguments().size()];
    this.workshop = new Workshop(device, plan, options);
    try {
      begin();
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
  }

  private void begin() {
    // Libraries load machine code at their first call, which they cannot while it is recorded.
    startSteps();
    plan.variables().works().forEach(workshop::start);
    device.synchronize();
    Profile.write(plan, device, workshop);
    plan.program().constants().forEach(this::upload);
    plan.program().variables().forEach(variable -> upload(variable.slot(), variable.initial()));
    if (plan.rowChecks().isEmpty()) {
      recordings.add(
          device.record(
              () -> {
                startSteps();
                plan.variables().works().forEach(workshop::start);
              }));
    } else {
      recordings.add(device.record(this::startSteps));
      recordings.add(device.record(() -> plan.variables().works().forEach(workshop::start)));
    }
    if (!workshop.deterministic()) {
      System.getLogger(CudaBackend.class.getName())
          .log(
              System.Logger.Level.INFO,
              "cuda: some convolutions have no algorithm that adds in a fixed order; two runs may"
                  + " differ in their last digits");
    }
  }

  private void startSteps() {
    if (!plan.rowChecks().isEmpty()) {
      device.clear(workshop.address(Location.STATUS), DevicePlan.STATUS_BYTES);
    }
    plan.together().forEach(works -> works.forEach(workshop::start));
  }

  @Override
  public Program program() {
    requireOpen();
    return plan.program();
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments, @Nullable StepObserver observer) {
    synchronized (device) {
      requireOpen();
      plan.program().requireFitting(arguments);
      device.enter();
      accept(arguments);
      if (observer == null) {
        recordings.get(0).replay();
      } else {
        observed(observer);
      }
      requireRows();
      if (observer != null) {
        plan.variables().works().forEach(workshop::start);
      } else if (recordings.size() > 1) {
        recordings.get(1).replay();
      }
      List<Tensor> outputs = new ArrayList<>(plan.program().outputs().size());
      for (int i = 0; i < plan.program().outputs().size(); i++) {
        outputs.add(download(plan.variables().outputs().get(i), plan.program().outputs().get(i)));
      }
      device.synchronize();
      return Collections.unmodifiableList(outputs);
    }
  }

  private void observed(StepObserver observer) {
    workshop.compile(plan.observedWorks());
    if (!plan.rowChecks().isEmpty()) {
      device.clear(workshop.address(Location.STATUS), DevicePlan.STATUS_BYTES);
    }
    for (int i = 0; i < plan.steps().size(); i++) {
      plan.steps().get(i).forEach(workshop::start);
      Step step = plan.program().steps().get(i);
      observer.after(i, step, step.outputs().stream().map(this::download).toList());
    }
  }

  private void requireRows() {
    if (plan.rowChecks().isEmpty()) {
      return;
    }
    float[] status = new float[3];
    device.download(workshop.address(Location.STATUS), status);
    if (status[0] != 0) {
      Translator.RowCheck check = plan.rowChecks().get((int) status[0] - 1);
      Movement.row(check.operation(), status[2], (int) status[1], check.rows());
    }
  }

  @Override
  public Tensor read(int variable) {
    synchronized (device) {
      requireOpen();
      Slot slot = plan.program().variables().get(variable).slot();
      device.enter();
      return download(slot);
    }
  }

  @Override
  public void write(int variable, Tensor value) {
    synchronized (device) {
      requireOpen();
      plan.program().requireFitting(variable, value);
      device.enter();
      upload(plan.program().variables().get(variable).slot(), value);
    }
  }

  @Override
  public void close() {
    synchronized (device) {
      if (!closed) {
        closed = true;
        device.enter();
        try {
          device.synchronize();
        } finally {
          release();
          afterwards.run();
        }
      }
    }
  }

  private void release() {
    recordings.forEach(Device.Recording::close);
    workshop.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("cuda: this executable is closed — load the program again");
    }
  }

  /** The same tensor, not an equal one: to compare values would take as long as to send them. */
  @SuppressWarnings("ReferenceEquality")
  private void accept(List<Tensor> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      Tensor argument = arguments.get(i);
      if (present[i] != argument) {
        present[i] = null;
        upload(plan.program().arguments().get(i).slot(), argument);
        present[i] = argument;
      }
    }
  }

  private void upload(Slot slot, Tensor value) {
    long address = workshop.address(plan.arena().location(slot));
    for (long done = 0; done < value.size(); done += PORTION) {
      int count = (int) Math.min(PORTION, value.size() - done);
      value.copyTo((int) done, count, portion, 0);
      device.upload(portion, count, address + done * Float.BYTES);
    }
  }

  private Tensor download(Slot slot) {
    return download(plan.arena().location(slot), slot);
  }

  private Tensor download(Location location, Slot slot) {
    int count = slot.shape().size();
    float[] memory = new float[location.format().floats(count)];
    device.download(workshop.address(location), memory);
    return Tensor.adopt(slot.shape(), location.format().values(memory, count));
  }
}
