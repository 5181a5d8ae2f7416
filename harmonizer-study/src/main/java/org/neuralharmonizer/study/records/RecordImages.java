package org.neuralharmonizer.study.records;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.PreparedImages;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.train.TrainingRecipe;

/** Records of ClickMe as a network takes them. */
public final class RecordImages {
  private RecordImages() {}

  /**
   * Images and what they leave out.
   *
   * @param prepared to be closed
   * @param leftOut records without a label
   */
  public record Images(PreparedImages prepared, int leftOut) {}

  /** As the network is evaluated: the central square, maps as the released code prepares them. */
  public static Images scored(ImageCatalogue records, Network network) {
    ImageCatalogue labeled = labeled(records);
    PreparedImages.Builder images =
        PreparedImages.of(
                labeled, network.classifier().classes(), network.size(), network.preprocessing())
            .maps(MapPreparation.asReleased());
    return new Images(images.build(), records.size() - labeled.size());
  }

  /** As a recipe has it, or else as they are scored. */
  public static Images training(
      ImageCatalogue records, Network network, @Nullable TrainingRecipe recipe, long seed) {
    if (recipe == null) {
      return scored(records, network);
    }
    ImageCatalogue labeled = labeled(records);
    PreparedImages.Builder images =
        recipe
            .images(
                labeled, network.classifier().classes(), network.size(), network.preprocessing())
            .seed(seed);
    return new Images(images.build(), records.size() - labeled.size());
  }

  private static ImageCatalogue labeled(ImageCatalogue records) {
    return records.only("those with a label", entry -> entry.label().isPresent());
  }
}
