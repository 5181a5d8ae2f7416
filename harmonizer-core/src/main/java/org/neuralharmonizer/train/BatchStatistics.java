package org.neuralharmonizer.train;

/** By which images batch norm normalizes those of a divided batch. */
public enum BatchStatistics {
  /** By those of each share, or each of its parts; nothing has to be exchanged within a step. */
  OF_PARTS,

  /**
   * By those of the whole batch, as on one machine: all shares run at the same time and exchange
   * means and variances, and their derivatives, at every such layer. Shares cannot be in parts.
   */
  OF_BATCH;

  String description() {
    return this == OF_PARTS ? "statistics of parts" : "statistics of the whole batch";
  }
}
