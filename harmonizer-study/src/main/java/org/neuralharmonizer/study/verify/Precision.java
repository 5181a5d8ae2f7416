package org.neuralharmonizer.study.verify;

/** How many digits an {@link Evaluator} carries, which decides how closely it must agree. */
public enum Precision {
  SINGLE,
  DOUBLE
}
