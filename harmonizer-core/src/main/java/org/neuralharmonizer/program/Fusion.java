package org.neuralharmonizer.program;

/** What a backend wants to be made of chains of elementwise operations. */
public enum Fusion {
  /** Every primitive stays a step of its own. */
  NONE,
  /**
   * Chains, and sums of what they yield, become {@link Step.Fused}. For machines that compute much
   * faster than they read: what follows from one stored value is computed by every loop anew.
   */
  ELEMENTWISE,
  /**
   * Chains and sums become {@link Step.Fused}, and runs of steps that treat images one by one
   * become {@link Step.Sliced}: what passes between them then fits a processor's cache.
   */
  IMAGE_BY_IMAGE
}
