package org.neuralharmonizer.program;

/** What a backend wants to be made of chains of elementwise operations. */
public enum Fusion {
  /** Every primitive stays a step of its own. */
  NONE,
  /** Chains, and sums of what they yield, become {@link Step.Fused}. */
  ELEMENTWISE,
  /**
   * As {@link #ELEMENTWISE}, and runs of steps that treat images one by one become {@link
   * Step.Sliced}: what passes between them then fits a processor's cache.
   */
  IMAGE_BY_IMAGE
}
