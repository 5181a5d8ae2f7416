package org.neuralharmonizer.program;

/** Whether a backend wants chains of elementwise operations as single steps. */
public enum Fusion {
  /**
   * Chains, and sums of what they yield, become {@link Step.Fused}; runs of steps that treat images
   * one by one become {@link Step.Sliced}.
   */
  ELEMENTWISE,
  /** Every primitive stays a step of its own. */
  NONE
}
