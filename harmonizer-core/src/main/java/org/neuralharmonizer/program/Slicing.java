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
 * <p>A step that comes between but does not take part runs before, if it needs nothing of the run;
 * otherwise it waits until after, and so do all that need it.
 */
final class Slicing {

  /** With fewer images some threads would have none. */
  private static final int LEAST_COUNT = 8;

  /** Less than this fits into the caches anyway. */
  private static final long LEAST_SAVED = 1 << 20;

  /** With more than this, images too exceed the cache of a core several times over. */
  private static final long MOST_ARENA = 4 << 20;

  /** How many steps may change places with the run: they need memory earlier, or longer. */
  private static final int MOST_MOVED = 64;

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
        done.addAll(run.before);
        done.add(sliced);
        rest = run.after;
      }
    }
    return done;
  }

  /** A run under construction. */
  private final class Run {
    private final List<Step> before = new ArrayList<>();
    private final List<Step> after = new ArrayList<>();
    private final List<Step> whole = new ArrayList<>();
    private final List<SliceForm> body = new ArrayList<>();
    private final Set<Integer> computed = new HashSet<>();
    private final Set<Integer> waiting = new HashSet<>();

    /** For each storage that the run touches whether it is sliced. */
    private final Map<Integer, Boolean> isSliced = new HashMap<>();

    Run(List<Step> rest) {
      int next = 0;
      while (next < rest.size()
          && before.size() + after.size() <= MOST_MOVED
          && body.size() < MOST_STEPS
          && (next == 0 || !body.isEmpty())) {
        Step step = rest.get(next++);
        SliceForm form = forms.get(step);
        if (form != null && fits(form)) {
          isSliced.putAll(form.isSliced());
          whole.add(step);
          body.add(form);
          step.outputs().forEach(output -> computed.add(output.storage()));
        } else if (!needsRun(step)) {
          before.add(step);
        } else {
          after.add(step);
          step.outputs().forEach(output -> waiting.add(output.storage()));
        }
      }
      after.addAll(rest.subList(next, rest.size()));
    }

    private boolean needsRun(Step step) {
      return step.inputs().stream()
          .anyMatch(
              input -> computed.contains(input.storage()) || waiting.contains(input.storage()));
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
      after.forEach(step -> step.inputs().forEach(slot -> neededLater.add(slot.storage())));
      Map<Integer, Slot> inputs = new LinkedHashMap<>();
      List<Slot> outputs = new ArrayList<>();
      long saved = 0;
      for (Step step : whole) {
        for (Slot input : step.inputs()) {
          if (!computed.contains(input.storage())) {
            inputs.putIfAbsent(input.storage(), input);
          }
        }
        for (Slot output : step.outputs()) {
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
