package org.neuralharmonizer.nn;

/** What a network is built for; only layers with statistics or noise behave differently. */
public enum Mode {
  /** Batch statistics normalise and are recorded, dropout is on. */
  TRAINING,
  /** Running statistics normalise, dropout is off; images do not influence each other. */
  INFERENCE
}
