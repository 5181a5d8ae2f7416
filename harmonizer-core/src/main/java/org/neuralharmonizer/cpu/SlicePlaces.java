package org.neuralharmonizer.cpu;

import java.util.HashMap;
import java.util.Map;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/** Where slots live for one position of a sliced step. */
final class SlicePlaces implements Places {
  private final Step.Sliced step;
  private final int position;
  private final Places whole;
  private final float[] arena;
  private final Map<Integer, Slot> outside = new HashMap<>();

  SlicePlaces(Step.Sliced step, int position, Places whole, float[] arena) {
    this.step = step;
    this.position = position;
    this.whole = whole;
    this.arena = arena;
    step.inputs().forEach(slot -> outside.put(slot.storage(), slot));
    step.outputs().forEach(slot -> outside.put(slot.storage(), slot));
  }

  @Override
  public float[] array(Slot slot) {
    Slot known = outside.get(slot.storage());
    return known == null ? arena : whole.array(known);
  }

  @Override
  public int offset(Slot slot) {
    Slot known = outside.get(slot.storage());
    if (known == null) {
      return step.arena().place(slot.storage()).offset();
    }
    int part = known.shape().size() / step.count();
    boolean isSliced = step.sliced().contains(slot.storage());
    return whole.offset(known) + (isSliced ? position * part : 0);
  }

  @Override
  public boolean overlaps(Slot a, Slot b) {
    return array(a) == array(b) && offset(a) == offset(b);
  }
}
