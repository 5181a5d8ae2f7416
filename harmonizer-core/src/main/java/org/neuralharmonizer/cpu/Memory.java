package org.neuralharmonizer.cpu;

import java.util.Arrays;
import org.neuralharmonizer.program.MemoryPlan;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.tensor.Tensor;

/** The slabs of one loaded program. */
final class Memory implements Places {
  private final MemoryPlan plan;
  private final float[][] slabs;

  Memory(MemoryPlan plan) {
    this.plan = plan;
    int[] lengths = plan.slabLengths();
    slabs = new float[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      slabs[i] = new float[lengths[i]];
    }
  }

  @Override
  public float[] array(Slot slot) {
    return slabs[plan.place(slot.storage()).slab()];
  }

  @Override
  public int offset(Slot slot) {
    return plan.place(slot.storage()).offset() + slot.offset();
  }

  @Override
  public boolean overlaps(Slot a, Slot b) {
    return plan.place(a.storage()).equals(plan.place(b.storage()));
  }

  void write(Slot slot, Tensor value) {
    value.copyTo(array(slot), offset(slot));
  }

  Tensor read(Slot slot) {
    int from = offset(slot);
    // Unlike a new array, this copy is not filled with zeros first.
    float[] values = Arrays.copyOfRange(array(slot), from, from + slot.shape().size());
    return Tensor.adopt(slot.shape(), values);
  }

  void copyTo(float[] values, Slot slot) {
    System.arraycopy(array(slot), offset(slot), values, 0, values.length);
  }

  void copyFrom(float[] values, Slot slot) {
    System.arraycopy(values, 0, array(slot), offset(slot), values.length);
  }

  void copy(Slot from, Slot to) {
    if (!overlaps(from, to)) {
      System.arraycopy(array(from), offset(from), array(to), offset(to), to.shape().size());
    }
  }
}
