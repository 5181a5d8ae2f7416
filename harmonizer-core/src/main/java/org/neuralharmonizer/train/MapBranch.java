package org.neuralharmonizer.train;

/** For which images of a batch the second-order part of a step is computed. */
public enum MapBranch {
  /** For all; what is without a map has weight 0 there. Works with any network. */
  ALL_IMAGES,

  /**
   * For those that have a map. Images with and without one are spread evenly over each epoch, so
   * that every batch holds about as many. The same objective to rounding; refused where batch norm
   * over the batch or dropout make images depend on each other, and for a batch in parts.
   */
  MAPPED_IMAGES
}
