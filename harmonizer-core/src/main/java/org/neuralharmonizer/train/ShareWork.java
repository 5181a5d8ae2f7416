package org.neuralharmonizer.train;

/** What {@link ShareWorker} does with a share. */
interface ShareWork extends AutoCloseable {
  ShareWorker.Contribution of(long done, int count, int share, float[] state);

  @Override
  void close();
}
