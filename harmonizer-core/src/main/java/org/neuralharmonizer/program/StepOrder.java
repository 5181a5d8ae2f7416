package org.neuralharmonizer.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves steps forward that free more memory than they take. The order in which expressions are
 * first met forms the gradient of a filter just before its update; an early layer's operands, much
 * larger than its filter, would be kept until then.
 *
 * <p>What is to replace a variable waits for others that read the variable, so that it can take its
 * place.
 */
final class StepOrder {
  private final List<Step> steps;
  private final boolean[] taken;
  private final List<Step> ordered = new ArrayList<>();

  /** Which steps read a storage, and how many of them have not been taken. */
  private final Map<Integer, List<Integer>> readers = new HashMap<>();

  private final Map<Integer, Integer> waiting = new HashMap<>();
  private final Map<Integer, Integer> sizes = new HashMap<>();

  /** Storages that a step computes and none has so far. */
  private final Set<Integer> missing = new HashSet<>();

  private final Set<Integer> kept = new HashSet<>();
  private final Map<Integer, Integer> replaced = new HashMap<>();

  private StepOrder(List<Step> steps, List<Slot> outputs, List<Program.Update> updates) {
    this.steps = steps;
    this.taken = new boolean[steps.size()];
    for (int i = 0; i < steps.size(); i++) {
      for (int storage : storages(steps.get(i).inputs())) {
        readers.computeIfAbsent(storage, key -> new ArrayList<>()).add(i);
        waiting.merge(storage, 1, Integer::sum);
      }
      for (Slot output : steps.get(i).outputs()) {
        sizes.put(output.storage(), output.shape().size());
        missing.add(output.storage());
      }
    }
    outputs.forEach(output -> kept.add(output.storage()));
    for (Program.Update update : updates) {
      kept.add(update.value().storage());
      replaced.put(update.value().storage(), update.variable().storage());
    }
  }

  /** The same steps, each still after all that it reads. */
  static List<Step> of(List<Step> steps, List<Slot> outputs, List<Program.Update> updates) {
    StepOrder order = new StepOrder(steps, outputs, updates);
    for (int i = 0; i < steps.size(); i++) {
      if (!order.taken[i] && order.isReady(i) && !order.replacesEarly(i)) {
        order.takeWithFollowers(i);
      }
    }
    // What waited for a reader that in turn waits for it cannot replace anything.
    for (int i = 0; i < steps.size(); i++) {
      if (!order.taken[i]) {
        order.takeWithFollowers(i);
      }
    }
    return order.ordered;
  }

  private void takeWithFollowers(int first) {
    Deque<Integer> next = new ArrayDeque<>(List.of(first));
    take(first);
    while (!next.isEmpty()) {
      Step done = steps.get(next.poll());
      Set<Integer> changed = storages(done.inputs());
      changed.addAll(storages(done.outputs()));
      for (int storage : changed) {
        for (int reader : readers.getOrDefault(storage, List.of())) {
          if (!taken[reader] && isReady(reader) && frees(reader) && !replacesEarly(reader)) {
            take(reader);
            next.add(reader);
          }
        }
      }
    }
  }

  private void take(int index) {
    taken[index] = true;
    ordered.add(steps.get(index));
    storages(steps.get(index).inputs())
        .forEach(storage -> waiting.merge(storage, -1, Integer::sum));
    steps.get(index).outputs().forEach(output -> missing.remove(output.storage()));
  }

  private boolean isReady(int index) {
    return steps.get(index).inputs().stream().noneMatch(input -> missing.contains(input.storage()));
  }

  /** Whether what only this step still reads is more than what it computes. */
  private boolean frees(int index) {
    Step step = steps.get(index);
    Set<Integer> inputs = storages(step.inputs());
    long freed = 0;
    for (int storage : inputs) {
      boolean dies = waiting.get(storage) == 1 && !kept.contains(storage);
      freed += dies ? sizes.getOrDefault(storage, 0) : 0;
    }
    for (Slot output : step.outputs()) {
      freed -= replaced.containsKey(output.storage()) ? 0 : output.shape().size();
    }
    return freed > 0;
  }

  /** Whether a step would replace a variable that others still read. */
  private boolean replacesEarly(int index) {
    Step step = steps.get(index);
    Set<Integer> inputs = storages(step.inputs());
    for (Slot output : step.outputs()) {
      Integer variable = replaced.get(output.storage());
      int own = inputs.contains(variable) ? 1 : 0;
      if (variable != null && waiting.getOrDefault(variable, 0) > own) {
        return true;
      }
    }
    return false;
  }

  private static Set<Integer> storages(List<Slot> slots) {
    Set<Integer> storages = new HashSet<>();
    slots.forEach(slot -> storages.add(slot.storage()));
    return storages;
  }
}
