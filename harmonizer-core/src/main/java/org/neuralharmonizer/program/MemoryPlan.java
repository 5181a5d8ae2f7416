package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A place in memory for every storage of a program. Values that are never alive together share
 * places, and elementwise results take the place of an operand that dies with them.
 *
 * <p>Places are counted in floats within slabs, arrays of bounded length.
 */
public final class MemoryPlan {
  /** Floats to which places are aligned: a cache line. */
  static final int LINE = 16;

  /** The longest slab: 2³⁰ floats, 4 GiB. */
  private static final long LONGEST_SLAB = 1L << 30;

  private final Map<Integer, Place> places = new HashMap<>();

  /** Storages whose values take two bytes each. */
  private final Set<Integer> narrow;

  /** The same by storage, which spares a run the boxing of numbers. */
  private Place[] table = {};

  private final List<Slab> slabs = new ArrayList<>();

  /** Bytes that the largest sliced step needs for one position. */
  private long arena;

  /** Where a storage begins. */
  public record Place(int slab, int offset) {}

  private MemoryPlan(Set<Integer> narrow) {
    this.narrow = narrow;
  }

  /** The part of a program that a plan depends on. */
  private record Flow(
      List<Slot> pinned,
      List<Step> steps,
      List<Slot> outputs,
      List<Program.Update> updates,
      Set<Integer> elsewhere) {}

  static MemoryPlan of(Program program) {
    return of(program, Set.of());
  }

  /**
   * A plan for a backend that keeps some values in two bytes each.
   *
   * @param narrow storages of such values, all of which are computed by steps
   */
  public static MemoryPlan of(Program program, Set<Integer> narrow) {
    Flow flow =
        new Flow(pinned(program), program.steps(), program.outputs(), program.updates(), Set.of());
    return of(flow, Set.copyOf(narrow));
  }

  /** A place of its own for every storage, which must not change any result. */
  static MemoryPlan apart(Program program) {
    MemoryPlan plan = new MemoryPlan(Set.of());
    pinned(program).forEach(plan::place);
    for (Step step : program.steps()) {
      plan.reserve(step);
      step.outputs().forEach(plan::place);
    }
    plan.tabulate();
    return plan;
  }

  /** What has values before a run. */
  private static List<Slot> pinned(Program program) {
    List<Slot> pinned = new ArrayList<>();
    program.arguments().forEach(argument -> pinned.add(argument.slot()));
    program.variables().forEach(variable -> pinned.add(variable.slot()));
    pinned.addAll(program.constants().keySet());
    return pinned;
  }

  /** A plan for what steps pass to each other, where other storages have their places elsewhere. */
  static MemoryPlan inside(List<Step> steps, Set<Integer> elsewhere) {
    return of(new Flow(List.of(), steps, List.of(), List.of(), elsewhere), Set.of());
  }

  private static MemoryPlan of(Flow flow, Set<Integer> narrow) {
    MemoryPlan plan = new MemoryPlan(narrow);
    Liveness liveness = new Liveness(flow);
    for (Slot slot : flow.pinned) {
      plan.place(slot);
    }
    for (int i = 0; i < flow.steps.size(); i++) {
      Step step = flow.steps.get(i);
      plan.reserve(step);
      Set<Integer> dying = liveness.dyingAt(i);
      for (Slot output : step.outputs()) {
        if (flow.elsewhere.contains(output.storage())) {
          continue;
        }
        Integer heir = plan.inherit(step, output, dying, liveness, i);
        if (heir == null) {
          plan.place(output);
        } else {
          plan.places.put(output.storage(), plan.places.get(heir));
          dying.remove(heir);
        }
      }
      dying.addAll(liveness.unread(step));
      for (int storage : dying) {
        plan.release(storage, liveness.size(storage));
      }
    }
    plan.tabulate();
    return plan;
  }

  private void reserve(Step step) {
    if (step instanceof Step.Sliced sliced) {
      arena = Math.max(arena, sliced.arena().bytes());
    }
  }

  private void tabulate() {
    table = new Place[places.keySet().stream().mapToInt(i -> i + 1).max().orElse(0)];
    places.forEach((storage, place) -> table[storage] = place);
  }

  /** Where the storage of a slot begins. */
  public Place place(int storage) {
    return table[storage];
  }

  /** The lengths of the slabs, in floats. */
  public int[] slabLengths() {
    return slabs.stream().mapToInt(slab -> (int) slab.length).toArray();
  }

  /**
   * Bytes of all slabs together: what the program needs at its peak, besides returned tensors. Of a
   * sliced step it counts one position; each further thread needs as much again for its own.
   */
  public long bytes() {
    return slabs.stream().mapToLong(slab -> slab.length * Float.BYTES).sum() + arena;
  }

  /** An operand's storage that an elementwise result may overwrite, element by element. */
  private Integer inherit(
      Step step, Slot output, Set<Integer> dying, Liveness liveness, int index) {
    if (!(step instanceof Step.Fused fused)
        || output.shape().size() != fused.loop().space().size()) {
      return null;
    }
    boolean isNarrow = narrow.contains(output.storage());
    Integer variable = isNarrow ? null : liveness.replaceable(output.storage(), fused, index);
    if (variable != null) {
      return variable;
    }
    for (int i = 0; i < fused.inputs().size(); i++) {
      int storage = fused.inputs().get(i).storage();
      if (dying.contains(storage)
          && liveness.size(storage) == output.shape().size()
          && narrow.contains(storage) == isNarrow
          && readInOrder(fused, storage)) {
        return storage;
      }
    }
    return null;
  }

  /** Whether a loop reads a storage only at the element it is about to write. */
  static boolean readInOrder(Step.Fused fused, int storage) {
    int size = fused.loop().space().size();
    List<Integer> whole = Arrays.stream(fused.loop().space().strides()).boxed().toList();
    for (int i = 0; i < fused.inputs().size(); i++) {
      if (fused.inputs().get(i).storage() == storage) {
        List<Integer> strides = fused.loop().operands().get(i).strides();
        for (int axis = 0; axis < strides.size(); axis++) {
          boolean matters = fused.loop().space().extent(axis) > 1;
          if (matters && !strides.get(axis).equals(whole.get(axis))) {
            return false;
          }
        }
        if (fused.inputs().get(i).shape().size() != size) {
          return false;
        }
      }
    }
    return true;
  }

  private void place(Slot slot) {
    if (places.containsKey(slot.storage())) {
      return;
    }
    long size = extent(slot.storage(), slot.shape().size());
    for (int i = 0; i < slabs.size(); i++) {
      long offset = slabs.get(i).take(size);
      if (offset >= 0) {
        places.put(slot.storage(), new Place(i, (int) offset));
        return;
      }
    }
    slabs.add(new Slab());
    places.put(
        slot.storage(), new Place(slabs.size() - 1, (int) slabs.get(slabs.size() - 1).take(size)));
  }

  private void release(int storage, int size) {
    Place place = places.get(storage);
    slabs.get(place.slab()).give(place.offset(), extent(storage, size));
  }

  /** Floats that so many values take. */
  private long extent(int storage, int size) {
    return aligned(narrow.contains(storage) ? size / 2 + size % 2 : size);
  }

  /** The largest of all would pass the longest array if rounded up. */
  private static long aligned(int size) {
    long rounded = Math.max(LINE, (size + (long) LINE - 1) / LINE * LINE);
    return Math.min(rounded, Integer.MAX_VALUE);
  }

  /** One array with its free ranges, by offset. */
  private static final class Slab {
    private final TreeMap<Long, Long> free = new TreeMap<>();
    private long length;

    /** The smallest free range that fits, else room at the end, else −1. */
    long take(long size) {
      long best = -1;
      for (Map.Entry<Long, Long> range : free.entrySet()) {
        if (range.getValue() >= size && (best < 0 || range.getValue() < free.get(best))) {
          best = range.getKey();
        }
      }
      if (best >= 0) {
        long rest = free.remove(best) - size;
        if (rest > 0) {
          free.put(best + size, rest);
        }
        return best;
      }
      Map.Entry<Long, Long> last = free.lastEntry();
      boolean open = last != null && last.getKey() + last.getValue() == length;
      long offset = open ? last.getKey() : length;
      if (length > 0 && offset + size > LONGEST_SLAB) {
        return -1;
      }
      if (open) {
        free.remove(last.getKey());
      }
      length = offset + size;
      return offset;
    }

    void give(long offset, long size) {
      long start = offset;
      long extent = size;
      Map.Entry<Long, Long> before = free.lowerEntry(offset);
      if (before != null && before.getKey() + before.getValue() == offset) {
        start = before.getKey();
        extent += free.remove(start);
      }
      Long after = free.remove(offset + size);
      free.put(start, after == null ? extent : extent + after);
    }
  }

  /** From where to where each storage is needed. */
  private static final class Liveness {
    private final Flow flow;
    private final Map<Integer, Integer> sizes = new HashMap<>();
    private final Map<Integer, Integer> lastUse = new HashMap<>();
    private final Set<Integer> held = new HashSet<>();
    private final Set<Integer> replaced = new HashSet<>();

    Liveness(Flow flow) {
      this.flow = flow;
      for (Slot slot : flow.pinned) {
        sizes.put(slot.storage(), slot.shape().size());
        held.add(slot.storage());
      }
      for (int i = 0; i < flow.steps.size(); i++) {
        for (Slot input : flow.steps.get(i).inputs()) {
          lastUse.put(input.storage(), i);
        }
        for (Slot output : flow.steps.get(i).outputs()) {
          sizes.put(output.storage(), output.shape().size());
        }
      }
      flow.outputs.forEach(output -> held.add(output.storage()));
      flow.updates.forEach(update -> held.add(update.value().storage()));
      held.addAll(flow.elsewhere);
    }

    int size(int storage) {
      return sizes.get(storage);
    }

    Set<Integer> dyingAt(int index) {
      Set<Integer> dying = new HashSet<>();
      for (Slot input : flow.steps.get(index).inputs()) {
        if (lastUse.get(input.storage()) == index && !held.contains(input.storage())) {
          dying.add(input.storage());
        }
      }
      return dying;
    }

    /** Results that nothing reads; their place is free again at once. */
    List<Integer> unread(Step step) {
      List<Integer> unread = new ArrayList<>();
      for (Slot output : step.outputs()) {
        if (!lastUse.containsKey(output.storage()) && !held.contains(output.storage())) {
          unread.add(output.storage());
        }
      }
      return unread;
    }

    /**
     * The variable that a value will replace, if the step that computes the value is the last to
     * read the variable and reads it element by element; the value then needs no place of its own.
     */
    Integer replaceable(int value, Step.Fused step, int index) {
      for (Program.Update update : flow.updates) {
        int variable = update.variable().storage();
        boolean free =
            update.value().storage() == value
                && update.value().shape().size() == size(value)
                && lastUse.getOrDefault(variable, index) <= index
                && flow.outputs.stream().noneMatch(slot -> slot.storage() == variable)
                && flow.updates.stream().noneMatch(other -> other.value().storage() == variable)
                && readInOrder(step, variable)
                && replaced.add(variable);
        if (free) {
          return variable;
        }
      }
      return null;
    }
  }
}
