package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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

  private static final long STATUS_BYTES = 256;

  private final Program program;
  private final Device device;
  private final Runnable afterwards;
  private final Arena arena;
  private final List<Translator.RowCheck> rowChecks;

  /** The work of each step, for observers. */
  private final List<List<Work>> steps = new ArrayList<>();

  /** The same for those who look at the end alone: some steps are done together. */
  private final List<List<Work>> together = new ArrayList<>();

  private final Variables variables;
  private final Workshop workshop;
  private final List<Device.Recording> recordings = new ArrayList<>();

  /** What the arguments' places hold. */
  private final @Nullable Tensor[] present;

  private final float[] portion = new float[PORTION];
  private boolean closed;

  /**
   * Loads a program.
   *
   * @param narrow storages that are kept as {@link Format#BFLOAT16}
   * @param afterwards is called once, by {@link #close}
   */
  CudaExecutable(
      Program program,
      Device device,
      BackendOptions options,
      Set<Integer> narrow,
      Runnable afterwards) {
    this.program = program;
    this.device = device;
    this.afterwards = afterwards;
    this.arena = new Arena(program, narrow);
    Translator translator = new Translator(arena, options.productPrecision());
    program.steps().forEach(step -> steps.add(translator.works(step)));
    this.rowChecks = translator.rowChecks();
    this.variables = new Variables(program, arena, STATUS_BYTES);
    this.present = new Tensor[program.arguments().size()];
    join();
    List<Work> all = new ArrayList<>(flat(together));
    all.addAll(variables.works());
    this.workshop =
        new Workshop(device, all, flat(steps), arena.bytes(), variables.bytesAside(), options);
    try {
      begin();
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
  }

  private void join() {
    int next = 0;
    while (next < steps.size()) {
      RowChain chain = RowChain.from(program.steps(), next, arena);
      together.add(chain == null ? steps.get(next) : List.of(chain.work()));
      next++;
      for (int i = 1; chain != null && i < chain.length(); i++) {
        together.add(List.of());
        next++;
      }
    }
  }

  private static List<Work> flat(List<List<Work>> steps) {
    return steps.stream().flatMap(List::stream).toList();
  }

  private void begin() {
    // Libraries load machine code at their first call, which they cannot while it is recorded.
    startSteps();
    variables.works().forEach(workshop::start);
    device.synchronize();
    Profile.write(program, arena, together, device, workshop);
    program.constants().forEach(this::upload);
    program.variables().forEach(variable -> upload(variable.slot(), variable.initial()));
    if (rowChecks.isEmpty()) {
      recordings.add(
          device.record(
              () -> {
                startSteps();
                variables.works().forEach(workshop::start);
              }));
    } else {
      recordings.add(device.record(this::startSteps));
      recordings.add(device.record(() -> variables.works().forEach(workshop::start)));
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
    if (!rowChecks.isEmpty()) {
      device.clear(workshop.address(Location.STATUS), STATUS_BYTES);
    }
    together.forEach(works -> works.forEach(workshop::start));
  }

  @Override
  public Program program() {
    requireOpen();
    return program;
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments, @Nullable StepObserver observer) {
    synchronized (device) {
      requireOpen();
      program.requireFitting(arguments);
      device.enter();
      accept(arguments);
      if (observer == null) {
        recordings.get(0).replay();
      } else {
        observed(observer);
      }
      requireRows();
      if (observer != null) {
        variables.works().forEach(workshop::start);
      } else if (recordings.size() > 1) {
        recordings.get(1).replay();
      }
      List<Tensor> outputs = new ArrayList<>(program.outputs().size());
      for (int i = 0; i < program.outputs().size(); i++) {
        outputs.add(download(variables.outputs().get(i), program.outputs().get(i)));
      }
      device.synchronize();
      return Collections.unmodifiableList(outputs);
    }
  }

  private void observed(StepObserver observer) {
    workshop.compile(flat(steps));
    if (!rowChecks.isEmpty()) {
      device.clear(workshop.address(Location.STATUS), STATUS_BYTES);
    }
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).forEach(workshop::start);
      Step step = program.steps().get(i);
      observer.after(i, step, step.outputs().stream().map(this::download).toList());
    }
  }

  private void requireRows() {
    if (rowChecks.isEmpty()) {
      return;
    }
    float[] status = new float[3];
    device.download(workshop.address(Location.STATUS), status);
    if (status[0] != 0) {
      Translator.RowCheck check = rowChecks.get((int) status[0] - 1);
      Movement.row(check.operation(), status[2], (int) status[1], check.rows());
    }
  }

  @Override
  public Tensor read(int variable) {
    synchronized (device) {
      requireOpen();
      Slot slot = program.variables().get(variable).slot();
      device.enter();
      return download(slot);
    }
  }

  @Override
  public void write(int variable, Tensor value) {
    synchronized (device) {
      requireOpen();
      program.requireFitting(variable, value);
      device.enter();
      upload(program.variables().get(variable).slot(), value);
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
        upload(program.arguments().get(i).slot(), argument);
        present[i] = argument;
      }
    }
  }

  private void upload(Slot slot, Tensor value) {
    long address = workshop.address(arena.location(slot));
    for (long done = 0; done < value.size(); done += PORTION) {
      int count = (int) Math.min(PORTION, value.size() - done);
      value.copyTo((int) done, count, portion, 0);
      device.upload(portion, count, address + done * Float.BYTES);
    }
  }

  private Tensor download(Slot slot) {
    return download(arena.location(slot), slot);
  }

  private Tensor download(Location location, Slot slot) {
    int count = slot.shape().size();
    float[] memory = new float[location.format().floats(count)];
    device.download(workshop.address(location), memory);
    return Tensor.adopt(slot.shape(), location.format().values(memory, count));
  }
}
