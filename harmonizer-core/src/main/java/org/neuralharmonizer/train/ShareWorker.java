package org.neuralharmonizer.train;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.ShareExchange;

/**
 * Computes shares of the batches of a run that several machines take together; made by {@link
 * Harmonizer#worker}. What it gives is a function of its arguments: a share that is computed twice,
 * or by another worker, has the same bits. Confined to one thread.
 */
public final class ShareWorker implements AutoCloseable {
  private final Division division;
  private final ShareWork work;

  /**
   * What one share gives.
   *
   * @param outcome of its images; the map loss weighed as in the batch
   * @param values what {@link ShareSums} adds up
   */
  public record Contribution(TrainStep.Outcome outcome, float[] values) {}

  ShareWorker(SharedRun run, Backend backend, @Nullable ShareExchange exchange) {
    division = run.division();
    work =
        division.local() ? new LocalSteps(run, backend) : new ShareGradient(run, backend, exchange);
  }

  /**
   * Computes one share.
   *
   * @param done steps before
   * @param count steps, at most {@link Division#localSteps}
   * @param share 0 … shares − 1
   * @param state as {@link ShareSums} got it
   * @throws java.io.UncheckedIOException if an image cannot be read; the message has its name
   */
  public Contribution work(long done, int count, int share, float[] state) {
    if (share < 0 || share >= division.shares() || count < 1 || count > division.localSteps()) {
      throw new IllegalArgumentException(
          "training: %d steps of share %d — give a share below %d and at most %d steps"
              .formatted(count, share, division.shares(), division.localSteps()));
    }
    return work.of(done, count, share, state);
  }

  @Override
  public void close() {
    work.close();
  }
}
