package org.neuralharmonizer.study.verify;

/** A kind of reference data. */
interface Part {

  /** Whether a folder holds it. */
  boolean isIn(ReferenceFiles golden);

  /** Whether it reads a file of this name, without the ending. */
  boolean reads(String stem);

  /** Reproduces it. */
  PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision);
}
