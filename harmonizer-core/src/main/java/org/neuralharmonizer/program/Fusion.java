package org.neuralharmonizer.program;

/** Whether a backend wants chains of elementwise operations as single steps. */
public enum Fusion {
  /** Chains, and sums of what they yield, become {@link Step.Fused}. */
  ELEMENTWISE,
  /** Every primitive stays a step of its own. */
  NONE
}
