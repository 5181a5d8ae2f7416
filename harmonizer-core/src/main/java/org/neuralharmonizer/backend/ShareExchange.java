package org.neuralharmonizer.backend;

/**
 * Adds up what machines have that run the same program together, each with a share of a batch: at
 * every {@link org.neuralharmonizer.expr.Reduction.ShareSum} each of them calls it once, with
 * arrays of one length, and waits for the others.
 */
@FunctionalInterface
public interface ShareExchange {

  /**
   * The sum over all shares, with the same bits for each of them.
   *
   * @param own what this share has; it stays the caller's, and so does what is returned
   */
  float[] sum(float[] own);
}
