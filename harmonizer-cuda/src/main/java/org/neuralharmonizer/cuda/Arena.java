package org.neuralharmonizer.cuda;

import java.util.Set;
import org.neuralharmonizer.program.MemoryPlan;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;

/** One stretch of device memory for all slabs of a memory plan, one after another. */
final class Arena {
  private static final int ALIGNMENT = 256;

  private final MemoryPlan plan;
  private final Set<Integer> narrow;
  private final long[] slabs;
  private final long bytes;

  /**
   * Places for a program's values.
   *
   * @param narrow storages that are kept as {@link Format#BFLOAT16}
   */
  Arena(Program program, Set<Integer> narrow) {
    this.plan = narrow.isEmpty() ? program.memory() : MemoryPlan.of(program, narrow);
    this.narrow = narrow;
    int[] lengths = plan.slabLengths();
    this.slabs = new long[lengths.length];
    long end = 0;
    for (int i = 0; i < lengths.length; i++) {
      slabs[i] = end;
      end = aligned(end + (long) lengths[i] * Float.BYTES);
    }
    this.bytes = end;
  }

  long bytes() {
    return bytes;
  }

  Location location(Slot slot) {
    MemoryPlan.Place place = plan.place(slot.storage());
    Format format = narrow.contains(slot.storage()) ? Format.BFLOAT16 : Format.SINGLE;
    long begin = slabs[place.slab()] + (long) place.offset() * Float.BYTES;
    return new Location(Location.Area.ARENA, begin, format).at(slot.offset());
  }

  /** The next multiple of the alignment that every allocation has. */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
