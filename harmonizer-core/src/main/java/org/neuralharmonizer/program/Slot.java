package org.neuralharmonizer.program;

import org.neuralharmonizer.tensor.Shape;

/**
 * A value of a program: its shape and the storage that holds it. Slots that differ only in shape (a
 * reshape) share one storage.
 */
public record Slot(int storage, Shape shape) {
  @Override
  public String toString() {
    return "%" + storage + " " + shape;
  }
}
