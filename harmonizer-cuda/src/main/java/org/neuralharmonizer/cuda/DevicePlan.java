package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.program.Program;

/** A program as a device will run it: where its values lie, and the works of its steps. */
final class DevicePlan {
  /** At the beginning of the area aside: which index names no row. */
  static final long STATUS_BYTES = 256;

  private final Program program;
  private final Arena arena;
  private final List<List<Work>> steps = new ArrayList<>();
  private final List<List<Work>> together = new ArrayList<>();
  private final List<Translator.RowCheck> rowChecks;
  private final Variables variables;

  /**
   * Plans; touches no device.
   *
   * @param narrow storages that are kept as {@link Format#BFLOAT16}
   * @throws IllegalArgumentException if the program was compiled for another backend
   */
  DevicePlan(Program program, Set<Integer> narrow, ProductPrecision precision) {
    this.program = program;
    this.arena = new Arena(program, narrow);
    Translator translator = new Translator(arena, precision);
    program.steps().forEach(step -> steps.add(translator.works(step)));
    this.rowChecks = translator.rowChecks();
    this.variables = new Variables(program, arena, STATUS_BYTES);
    join();
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

  Program program() {
    return program;
  }

  Arena arena() {
    return arena;
  }

  /** The works of each step, for observers. */
  List<List<Work>> steps() {
    return steps;
  }

  /** The same for those who look at the end alone: some steps are done together. */
  List<List<Work>> together() {
    return together;
  }

  List<Translator.RowCheck> rowChecks() {
    return rowChecks;
  }

  /** What happens at the end of a run. */
  Variables variables() {
    return variables;
  }

  /** All works of a run that nobody observes. */
  List<Work> works() {
    return Stream.concat(together.stream().flatMap(List::stream), variables.works().stream())
        .toList();
  }

  /** The works of the steps, in order. */
  List<Work> observedWorks() {
    return steps.stream().flatMap(List::stream).toList();
  }

  /** Scratch memory that works need, besides what libraries ask for. */
  long scratchBytes() {
    return Stream.concat(works().stream(), observedWorks().stream())
        .mapToLong(Work::scratch)
        .max()
        .orElse(0);
  }

  /** The memory of the device that a run needs, besides what libraries ask for. */
  long bytes() {
    return arena.bytes() + variables.bytesAside() + scratchBytes();
  }
}
