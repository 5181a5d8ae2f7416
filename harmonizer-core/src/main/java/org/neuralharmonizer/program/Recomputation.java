package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Code;

/**
 * Makes a program need less memory by computing cheap values again, just before they are read,
 * instead of keeping them from one sweep to the next. Contractions are never repeated, and a value
 * that is computed again has the same bits.
 *
 * <p>Greedy: where most is alive, the value is given up that frees the most for the time of its
 * repetition; and so on, until the budget is met or nothing helps any more. What a repetition reads
 * must be alive by then, so keeping that may cost as much as it saves.
 *
 * @see <a href="https://arxiv.org/abs/1604.06174">Chen, Xu, Zhang, Guestrin: Training deep nets
 *     with sublinear memory cost</a>
 */
final class Recomputation {
  /** How many values are tried at a peak before it is accepted. */
  private static final int TRIES = 16;

  private final Set<Integer> pinned;
  private final long taken;
  private final Set<Integer> held;

  /** Values that take the place of the variable that they replace. */
  private final Set<Integer> placed;

  private List<Step> steps;
  private int storages;
  private Lives lives;

  private Recomputation(
      List<Step> steps,
      Set<Integer> pinned,
      long taken,
      Set<Integer> held,
      Set<Integer> placed,
      int storages) {
    this.pinned = pinned;
    this.taken = taken;
    this.held = held;
    this.placed = placed;
    this.steps = steps;
    this.storages = storages;
    lives = new Lives(steps);
  }

  /**
   * Puts repetitions among steps until they fit, or nothing helps.
   *
   * @param ordered each after all that it reads
   * @param pinned what has values before a run
   * @param held storages whose values are needed after the last step
   * @param storages how many there are; repetitions take the numbers that follow
   * @param bytes that all values may take together
   */
  static Recomputation apply(
      List<Step> ordered,
      List<Slot> pinned,
      Set<Integer> held,
      List<Program.Update> updates,
      int storages,
      long bytes) {
    Set<Integer> given = new HashSet<>();
    long taken = 0;
    for (Slot slot : pinned) {
      taken += given.add(slot.storage()) ? slot.shape().size() : 0;
    }
    Recomputation recomputation =
        new Recomputation(ordered, given, taken, held, placed(ordered, updates), storages);
    boolean helped = true;
    while (helped && recomputation.bytes() > bytes) {
      helped = recomputation.improve();
    }
    return recomputation;
  }

  /** The steps with repetitions among them. */
  List<Step> steps() {
    return steps;
  }

  /** What all values take at the peak. */
  long bytes() {
    return (taken + lives.most()) * Float.BYTES;
  }

  private static Set<Integer> placed(List<Step> steps, List<Program.Update> updates) {
    Map<Integer, Integer> variables = new HashMap<>();
    updates.forEach(update -> variables.put(update.value().storage(), update.variable().storage()));
    Set<Integer> placed = new HashSet<>();
    for (Step step : steps) {
      for (Slot output : step.outputs()) {
        Integer variable = variables.get(output.storage());
        if (step instanceof Step.Fused
            && variable != null
            && step.inputs().stream().anyMatch(input -> variable.equals(input.storage()))) {
          placed.add(output.storage());
        }
      }
    }
    return placed;
  }

  /** Gives up one value. */
  private boolean improve() {
    int peak = lives.peak();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < peak; i++) {
      Candidate candidate = candidate(i, peak);
      if (candidate != null) {
        candidates.add(candidate);
      }
    }
    candidates.sort(Comparator.comparingDouble(Candidate::worth).reversed());
    for (Candidate candidate : candidates.subList(0, Math.min(TRIES, candidates.size()))) {
      List<Step> changed = repeated(candidate);
      Lives after = new Lives(changed);
      boolean better =
          after.most() < lives.most()
              || (after.most() == lives.most() && after.peaks() < lives.peaks());
      if (better) {
        steps = changed;
        lives = after;
        storages += steps.get(candidate.at()).outputs().size();
        return true;
      }
    }
    return false;
  }

  /**
   * A step to be repeated.
   *
   * @param step where it stands
   * @param at where its results are read next
   * @param worth what it frees at the peak, by its time
   */
  private record Candidate(int step, int at, double worth) {}

  private @Nullable Candidate candidate(int index, int peak) {
    Step step = steps.get(index);
    if (!isCheap(step)) {
      return null;
    }
    long freed = 0;
    double time = arithmetic(step);
    int at = Integer.MAX_VALUE;
    for (Slot output : step.outputs()) {
      int storage = output.storage();
      time += output.shape().size();
      int next = lives.readAfter(storage, peak);
      if (!held.contains(storage) && !lives.isReadAt(storage, peak) && next >= 0) {
        freed += output.shape().size();
        at = Math.min(at, next);
      }
    }
    for (Slot input : step.inputs()) {
      time += input.shape().size();
      boolean kept = pinned.contains(input.storage()) || lives.end(input.storage()) >= peak;
      freed -= kept ? 0 : input.shape().size();
    }
    return freed > 0 ? new Candidate(index, at, freed / time) : null;
  }

  /** Loops, and what only moves or adds up; no products, and no sums over shares. */
  private static boolean isCheap(Step step) {
    if (!(step instanceof Step.Apply apply)) {
      return step instanceof Step.Fused;
    }
    return switch (apply.primitive().code()) {
      case MATMUL, CONV2D, CONV2D_INPUT, CONV2D_FILTER, SHARE_SUM -> false;
      default -> true;
    };
  }

  /** Of a loop, in numbers that could be read or written meanwhile. */
  private static double arithmetic(Step step) {
    if (!(step instanceof Step.Fused fused)) {
      return 0;
    }
    return fused.loop().space().size()
        * fused.loop().instructions().stream()
            .mapToDouble(instruction -> time(instruction.code()))
            .sum();
  }

  private static double time(Code code) {
    return switch (code) {
      case LOG, TANH, ERF, POWER -> 2;
      case EXP -> 1;
      case SQRT, RECIPROCAL -> 0.5;
      default -> 0.1;
    };
  }

  /** The steps with one of them a second time; what reads its results later reads the new ones. */
  private List<Step> repeated(Candidate candidate) {
    Step step = steps.get(candidate.step());
    int[] renamed = new int[storages];
    Arrays.setAll(renamed, storage -> storage);
    int next = storages;
    for (Slot output : step.outputs()) {
      renamed[output.storage()] = next++;
    }
    List<Step> changed = new ArrayList<>(steps.subList(0, candidate.at()));
    changed.add(with(step, step.inputs(), renamed(step.outputs(), renamed)));
    for (Step later : steps.subList(candidate.at(), steps.size())) {
      changed.add(with(later, renamed(later.inputs(), renamed), later.outputs()));
    }
    return changed;
  }

  private static List<Slot> renamed(List<Slot> slots, int... names) {
    return slots.stream()
        .map(slot -> new Slot(names[slot.storage()], slot.offset(), slot.shape()))
        .toList();
  }

  private static Step with(Step step, List<Slot> inputs, List<Slot> outputs) {
    return step instanceof Step.Apply apply
        ? new Step.Apply(apply.primitive(), inputs, outputs.get(0))
        : new Step.Fused(((Step.Fused) step).loop(), inputs, outputs);
  }

  /** When values are computed and read, and how many floats are alive at each step. */
  private final class Lives {
    private final int[][] reads;
    private final int[] ends;
    private final long[] alive;

    Lives(List<Step> steps) {
      int count = storages + 1;
      for (Step step : steps) {
        for (Slot output : step.outputs()) {
          count = Math.max(count, output.storage() + 1);
        }
      }
      List<List<Integer>> found = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        found.add(new ArrayList<>());
      }
      int[] starts = new int[count];
      long[] sizes = new long[count];
      ends = new int[count];
      for (int i = 0; i < steps.size(); i++) {
        for (Slot input : steps.get(i).inputs()) {
          found.get(input.storage()).add(i);
          ends[input.storage()] = i;
        }
        for (Slot output : steps.get(i).outputs()) {
          starts[output.storage()] = i;
          ends[output.storage()] = i;
          boolean own = !placed.contains(output.storage());
          sizes[output.storage()] = own ? output.shape().size() : 0;
        }
      }
      reads =
          found.stream()
              .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
              .toArray(int[][]::new);
      alive = new long[steps.size() + 1];
      for (int storage = 0; storage < count; storage++) {
        if (held.contains(storage)) {
          ends[storage] = steps.size() - 1;
        }
        alive[starts[storage]] += sizes[storage];
        alive[ends[storage] + 1] -= sizes[storage];
      }
      for (int i = 1; i < alive.length; i++) {
        alive[i] += alive[i - 1];
      }
    }

    long most() {
      return Arrays.stream(alive).max().orElse(0);
    }

    /** The first step where most is alive. */
    int peak() {
      long most = most();
      int step = 0;
      while (alive[step] < most) {
        step++;
      }
      return step;
    }

    long peaks() {
      long most = most();
      return Arrays.stream(alive).filter(each -> each == most).count();
    }

    int end(int storage) {
      return ends[storage];
    }

    boolean isReadAt(int storage, int step) {
      return Arrays.binarySearch(reads[storage], step) >= 0;
    }

    /** The first step after another that reads a storage, or −1. */
    int readAfter(int storage, int step) {
      return Arrays.stream(reads[storage]).filter(read -> read > step).findFirst().orElse(-1);
    }
  }
}
