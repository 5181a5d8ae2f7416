package org.neuralharmonizer.io.onnx;

/** What the numbers of a value mean; all are held as floats. */
enum ElementKind {
  REAL,
  WHOLE,
  /** 0 or 1. */
  TRUTH
}
