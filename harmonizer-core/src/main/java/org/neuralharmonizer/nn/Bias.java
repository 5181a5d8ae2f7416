package org.neuralharmonizer.nn;

/** Whether a layer adds a learned shift to each of its outputs. */
public enum Bias {
  LEARNED,
  /** None, as before a normalization, which would remove it again. */
  NONE
}
