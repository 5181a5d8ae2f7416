package org.neuralharmonizer.study.records;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.PreparedImages;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.train.TrainingRecipe;

/**
 * Records of ClickMe as a network takes them, to train on and to be scored on; those without a
 * label are left out.
 */
public final class RecordImages implements AutoCloseable {
  private final PreparedImages training;
  private final PreparedImages scored;
  private final int leftOut;

  private RecordImages(PreparedImages training, PreparedImages scored, int leftOut) {
    this.training = training;
    this.scored = scored;
    this.leftOut = leftOut;
  }

  /**
   * Prepares both.
   *
   * @param recipe of the training images; without one they are shown as those that are scored
   * @param seed of what the recipe draws
   */
  public static RecordImages of(
      ImageCatalogue training,
      ImageCatalogue scored,
      Network network,
      @Nullable TrainingRecipe recipe,
      long seed) {
    ImageCatalogue labeled = labeled(training);
    PreparedImages.Builder shown =
        recipe == null
            ? asEvaluated(labeled, network)
            : recipe
                .images(
                    labeled,
                    network.classifier().classes(),
                    network.size(),
                    network.preprocessing())
                .seed(seed);
    PreparedImages first = shown.build();
    try {
      PreparedImages second = asEvaluated(labeled(scored), network).build();
      return new RecordImages(first, second, training.size() - labeled.size());
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** The central square, maps as the released code prepares them. */
  private static PreparedImages.Builder asEvaluated(ImageCatalogue records, Network network) {
    return PreparedImages.of(
            records, network.classifier().classes(), network.size(), network.preprocessing())
        .maps(MapPreparation.asReleased());
  }

  private static ImageCatalogue labeled(ImageCatalogue records) {
    return records.only("those with a label", entry -> entry.label().isPresent());
  }

  /** What the network is trained on. */
  public PreparedImages training() {
    return training;
  }

  /** What it is scored on. */
  public PreparedImages scored() {
    return scored;
  }

  /** How many records to train on have no label. */
  public int leftOut() {
    return leftOut;
  }

  @Override
  public void close() {
    training.close();
    scored.close();
  }
}
