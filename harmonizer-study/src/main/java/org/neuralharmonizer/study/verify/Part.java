package org.neuralharmonizer.study.verify;

/** A kind of reference data. */
interface Part {

  /** Whether a folder holds it. */
  boolean isIn(ReferenceFiles golden);

  /** Whether it reads, in a folder that holds it, a file of this name without the ending. */
  default boolean reads(ReferenceFiles golden, String stem) {
    return false;
  }

  /** Reproduces it. */
  PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision);
}
