package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * Along one axis, the input positions first, first + stride, … : the same taps reach all of them,
 * and from one position to the next each tap moves by one output. Cutting the input gradient into
 * such phases leaves no multiplication by the zeros a stride would insert.
 *
 * @param positions how many there are
 * @param taps which taps reach them
 * @param outputs for each of these taps, the output seen from the first position; may lie outside
 */
record InputPhase(int first, int positions, List<Integer> taps, List<Integer> outputs) {

  static List<InputPhase> of(WindowAxis axis) {
    List<InputPhase> phases = new ArrayList<>();
    for (int first = 0; first < Math.min(axis.stride(), axis.extent()); first++) {
      List<Integer> taps = new ArrayList<>();
      List<Integer> outputs = new ArrayList<>();
      for (int tap = 0; tap < axis.kernel(); tap++) {
        // position(o, tap) = first + o · stride at the output o that is sought.
        int distance = first - axis.position(0, tap);
        if (Math.floorMod(distance, axis.stride()) == 0) {
          taps.add(tap);
          outputs.add(Math.floorDiv(distance, axis.stride()));
        }
      }
      int positions = ProductPlan.ceiling(axis.extent() - first, axis.stride());
      phases.add(new InputPhase(first, positions, taps, outputs));
    }
    return phases;
  }
}
