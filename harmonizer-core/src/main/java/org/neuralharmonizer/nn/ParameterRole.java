package org.neuralharmonizer.nn;

/** What a parameter does in its layer, which decides how it is treated by weight decay. */
public enum ParameterRole {
  /** Multiplies activations: filters, matrices, layer scales. */
  WEIGHT,
  /** Is added to activations. */
  BIAS,
  /** Scale or shift of a normalization. */
  NORMALIZATION,
  /** Class tokens and position embeddings. */
  EMBEDDING,
  /** A running statistic: recorded during training, never learned. */
  STATISTIC
}
