package org.neuralharmonizer.nd4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.program.MemoryPlan;
import org.neuralharmonizer.program.Slot;

/**
 * The memory of a loaded program, outside of Java's heap: one array for each slab of its plan, and
 * scratch arrays that steps use in turn. Everything is allocated while the program is bound, and
 * views are made once, so that a run allocates nothing.
 */
final class Storage implements AutoCloseable {
  private static final int LARGEST_ROUNDED = 1 << 29;

  private record Kind(DataType type, int length) {}

  private final MemoryPlan plan;
  private final List<INDArray> slabs = new ArrayList<>();

  /** Scratch arrays that the step under construction does not hold. */
  private final Map<Kind, Deque<INDArray>> free = new HashMap<>();

  /** What the step under construction holds: views, and the arrays that they cover. */
  private final Map<INDArray, INDArray> held = new IdentityHashMap<>();

  private final List<INDArray> scratch = new ArrayList<>();
  private final LongConsumer charge;

  /**
   * Allocates the slabs.
   *
   * @param charge is told the bytes of every array before it is allocated, and may refuse
   */
  Storage(MemoryPlan plan, LongConsumer charge) {
    this.plan = plan;
    this.charge = charge;
    for (int length : plan.slabLengths()) {
      slabs.add(allocate(DataType.FLOAT, length));
    }
  }

  private INDArray allocate(DataType type, int length) {
    charge.accept((long) length * type.width());
    return Nd4j.createUninitializedDetached(type, length);
  }

  /** A value in its own shape; a scalar has one axis. */
  INDArray view(Slot slot) {
    return view(slot, extents(slot));
  }

  /** A value in another dense shape. */
  INDArray view(Slot slot, int... extents) {
    return view(slot, 0, extents, Views.strides(extents));
  }

  /**
   * A part of a value.
   *
   * @param start its first element
   * @param strides elements from one to the next along each axis
   */
  INDArray view(Slot slot, int start, int[] extents, int[] strides) {
    MemoryPlan.Place place = plan.place(slot.storage());
    long offset = (long) place.offset() + slot.offset() + start;
    return Views.of(slabs.get(place.slab()), offset, extents, strides);
  }

  static int[] extents(Slot slot) {
    return slot.shape().rank() == 0 ? new int[] {1} : slot.shape().extents();
  }

  /** An array of its own until the step that is being bound is complete. */
  INDArray scratch(DataType type, long... extents) {
    int[] counted = Arrays.stream(extents).mapToInt(Math::toIntExact).toArray();
    int length = Views.size(counted);
    // Powers of two, so that steps of many sizes share few arrays.
    int room =
        length > LARGEST_ROUNDED ? length : Math.max(1, 2 * Integer.highestOneBit(length - 1));
    INDArray array = free.computeIfAbsent(new Kind(type, room), kind -> new ArrayDeque<>()).poll();
    if (array == null) {
      array = allocate(type, room);
      scratch.add(array);
    }
    INDArray view = Views.of(array, 0, counted, Views.strides(counted));
    held.put(view, array);
    return view;
  }

  /** What comes later in the same step may use the memory of a scratch array; others stay. */
  void release(INDArray view) {
    INDArray array = held.remove(view);
    if (array != null) {
      giveBack(array);
    }
  }

  private void giveBack(INDArray array) {
    free.get(new Kind(array.dataType(), (int) array.length())).push(array);
  }

  /** An array that holds one number throughout. */
  INDArray constant(int length, double value) {
    INDArray array = kept(length);
    array.assign(value);
    return array;
  }

  /** An array of its own for as long as the program is loaded. */
  INDArray kept(int length) {
    INDArray array = allocate(DataType.FLOAT, length);
    scratch.add(array);
    return array;
  }

  /** 0, 1, 2 and so on. */
  INDArray numbers(int length) {
    INDArray array = kept(length);
    array.assign(Nd4j.arange(length).castTo(DataType.FLOAT));
    return array;
  }

  /** The next step may use what this one used. */
  void releaseScratch() {
    held.values().forEach(this::giveBack);
    held.clear();
  }

  @Override
  public void close() {
    slabs.forEach(INDArray::close);
    scratch.forEach(INDArray::close);
    slabs.clear();
    scratch.clear();
    free.clear();
  }
}
