package org.neuralharmonizer.program;

import org.neuralharmonizer.tensor.Shape;

/**
 * A value of a program: its shape and the storage that holds it. Slots that differ only in shape (a
 * reshape) share one storage; so do those that are a part of it (a slice of neighbouring elements).
 *
 * @param offset of its first element in the storage
 */
public record Slot(int storage, int offset, Shape shape) {

  /** A value that begins where its storage does. */
  public Slot(int storage, Shape shape) {
    this(storage, 0, shape);
  }

  @Override
  public String toString() {
    return "%" + storage + (offset == 0 ? "" : "+" + offset) + " " + shape;
  }
}
