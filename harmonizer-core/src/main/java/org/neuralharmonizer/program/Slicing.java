package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds runs of steps that treat each position of the outermost axis, an image of a batch, by
 * itself, and lets them run image by image. What passes between them then has the size of an image,
 * stays in the cache of one core and never reaches main memory.
 *
 * <p>A step that does not take part but comes between waits until after the run, unless the run
 * needs it.
 */
final class Slicing {

  /** With fewer images some threads would have none. */
  private static final int LEAST_COUNT = 8;

  /** Less than this fits into the caches anyway. */
  private static final long LEAST_SAVED = 1 << 20;

  /** With more than this, images too exceed the cache of a core several times over. */
  private static final long MOST_ARENA = 4 << 20;

  /** How many steps may wait. */
  private static final int MOST_WAITING = 64;

  private static final int MOST_STEPS = 256;

  /**
   * When slicing pays.
   *
   * @param leastCount images
   * @param leastSaved bytes of intermediate values of a whole batch
   * @param mostArena bytes of intermediate values of one image
   */
  record Limits(int leastCount, long leastSaved, long mostArena) {
    static final Limits USUAL = new Limits(LEAST_COUNT, LEAST_SAVED, MOST_ARENA);
  }

  private final Limits limits;
  private final Set<Integer> roots;
  private final Map<Step, SliceForm> forms = new IdentityHashMap<>();

  private Slicing(Set<Integer> roots, Limits limits) {
    this.roots = roots;
    this.limits = limits;
  }

  /**
   * The same steps, some of them within sliced ones.
   *
   * @param roots storages that are needed after the last step
   */
  static List<Step> apply(List<Step> steps, Set<Integer> roots, Limits limits) {
    return new Slicing(roots, limits).slice(steps);
  }

  private List<Step> slice(List<Step> steps) {
    for (Step step : steps) {
      SliceForm form = SliceForm.of(step);
      if (form != null && form.count() >= limits.leastCount) {
        forms.put(step, form);
      }
    }
    List<Step> done = new ArrayList<>();
    List<Step> rest = steps;
    while (!rest.isEmpty()) {
      Run run = new Run(rest);
      Step.Sliced sliced = run.finish();
      if (sliced == null) {
        done.add(rest.get(0));
        rest = rest.subList(1, rest.size());
      } else {
        done.add(sliced);
        rest = run.others;
      }
    }
    return done;
  }

  /** A run under construction. */
  private final class Run {
    private final List<Step> others = new ArrayList<>();
    private final List<Step> whole = new ArrayList<>();
    private final List<SliceForm> body = new ArrayList<>();
    private final Set<Integer> waiting = new HashSet<>();

    /** For each storage that the run touches whether it is sliced. */
    private final Map<Integer, Boolean> isSliced = new HashMap<>();

    Run(List<Step> rest) {
      int next = 0;
      while (next < rest.size()
          && others.size() <= MOST_WAITING
          && body.size() < MOST_STEPS
          && (next == 0 || !body.isEmpty())) {
        Step step = rest.get(next++);
        SliceForm form = forms.get(step);
        if (form != null && fits(form)) {
          isSliced.putAll(form.isSliced());
          whole.add(step);
          body.add(form);
        } else {
          others.add(step);
          step.outputs().forEach(output -> waiting.add(output.storage()));
        }
      }
      others.addAll(rest.subList(next, rest.size()));
    }

    private boolean fits(SliceForm form) {
      if (!body.isEmpty() && form.count() != body.get(0).count()) {
        return false;
      }
      for (Map.Entry<Integer, Boolean> each : form.isSliced().entrySet()) {
        Boolean known = isSliced.getOrDefault(each.getKey(), each.getValue());
        if (waiting.contains(each.getKey()) || !known.equals(each.getValue())) {
          return false;
        }
      }
      return true;
    }

    /** Null if slicing does not pay. */
    Step.@Nullable Sliced finish() {
      if (body.size() < 2) {
        return null;
      }
      Set<Integer> neededLater = new HashSet<>(roots);
      others.forEach(step -> step.inputs().forEach(slot -> neededLater.add(slot.storage())));
      Map<Integer, Slot> inputs = new LinkedHashMap<>();
      List<Slot> outputs = new ArrayList<>();
      Set<Integer> computed = new HashSet<>();
      long saved = 0;
      for (Step step : whole) {
        for (Slot input : step.inputs()) {
          if (!computed.contains(input.storage())) {
            inputs.putIfAbsent(input.storage(), input);
          }
        }
        for (Slot output : step.outputs()) {
          computed.add(output.storage());
          if (neededLater.contains(output.storage())) {
            outputs.add(output);
          } else {
            saved += (long) output.shape().size() * Float.BYTES;
          }
        }
      }
      if (saved < limits.leastSaved) {
        return null;
      }
      Set<Integer> outside = new HashSet<>(inputs.keySet());
      outputs.forEach(output -> outside.add(output.storage()));
      List<Step> steps = body.stream().map(SliceForm::step).toList();
      MemoryPlan arena = MemoryPlan.inside(steps, outside);
      if (arena.bytes() > limits.mostArena) {
        return null;
      }
      Set<Integer> sliced = new HashSet<>();
      outside.stream().filter(isSliced::get).forEach(sliced::add);
      return new Step.Sliced(
          body.get(0).count(), steps, List.copyOf(inputs.values()), outputs, sliced, arena);
    }
  }
}
