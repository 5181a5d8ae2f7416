package org.neuralharmonizer.cpu;

import org.neuralharmonizer.program.Slot;

/** Where slots live. */
interface Places {

  /** The array that holds a slot. */
  float[] array(Slot slot);

  /** Where a slot begins in its array. */
  int offset(Slot slot);

  /** Whether two slots share a place. */
  boolean overlaps(Slot a, Slot b);
}
