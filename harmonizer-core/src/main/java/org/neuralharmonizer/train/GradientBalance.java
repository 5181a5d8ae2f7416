package org.neuralharmonizer.train;

/** How the gradient of the map loss is weighed against that of everything else. */
public enum GradientBalance {
  /** By λ₁ as it is; both gradients are formed as one and their norms are not known. */
  ABSOLUTE,

  /**
   * By λ₁ as it is, and the norms of both gradients are reported at every step, which costs one
   * more backward sweep.
   */
  ABSOLUTE_MEASURED,

  /**
   * The gradient of the map loss is brought to λ₁ times the norm of the other at every step,
   * whatever the scale of the loss; the norms are reported. Where it vanishes it stays 0.
   */
  BALANCED
}
