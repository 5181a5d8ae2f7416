package org.neuralharmonizer.study.records;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.MixedSources;
import org.neuralharmonizer.data.PreparedImages;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.train.TrainingRecipe;

/**
 * Records of ClickMe as a network takes them, to train on and to be scored on; those without a
 * label are left out. Photographs without maps can be mixed in while training.
 */
public final class RecordImages implements AutoCloseable {
  private static final long RECORDS = 0;
  private static final long UNMAPPED = 1;
  private static final long MIXTURE = 2;

  private final List<PreparedImages> sources;
  private final ImageSource training;
  private final PreparedImages scored;
  private final int leftOut;

  /**
   * Photographs without maps.
   *
   * @param images labelled all
   * @param recordShare the share of records in an epoch, above 0 and below 1; the rest is these
   */
  public record Unmapped(ImageCatalogue images, double recordShare) {}

  private RecordImages(
      List<PreparedImages> sources, ImageSource training, PreparedImages scored, int leftOut) {
    this.sources = sources;
    this.training = training;
    this.scored = scored;
    this.leftOut = leftOut;
  }

  /**
   * Prepares both.
   *
   * @param unmapped what is mixed in while training
   * @param recipe of the training images; without one they are shown as those that are scored
   * @param seed of what the recipe and the mixture draw
   */
  public static RecordImages of(
      ImageCatalogue training,
      @Nullable Unmapped unmapped,
      ImageCatalogue scored,
      Network network,
      @Nullable TrainingRecipe recipe,
      long seed) {
    SeededRandom random = SeededRandom.of(seed);
    ImageCatalogue labeled = training.labeled();
    List<PreparedImages> sources = new ArrayList<>();
    try {
      sources.add(shown(labeled, network, recipe, random.stream(RECORDS)));
      ImageSource taught = sources.get(0);
      if (unmapped != null) {
        sources.add(shown(unmapped.images(), network, recipe, random.stream(UNMAPPED)));
        long order = random.stream(MIXTURE).nextLong();
        taught = MixedSources.ofShare(taught, sources.get(1), unmapped.recordShare(), order);
      }
      PreparedImages evaluated = asEvaluated(scored.labeled(), network).build();
      sources.add(evaluated);
      return new RecordImages(sources, taught, evaluated, training.size() - labeled.size());
    } catch (RuntimeException e) {
      sources.forEach(PreparedImages::close);
      throw e;
    }
  }

  private static PreparedImages shown(
      ImageCatalogue images,
      Network network,
      @Nullable TrainingRecipe recipe,
      SeededRandom random) {
    if (recipe == null) {
      return asEvaluated(images, network).build();
    }
    return recipe
        .images(images, network.classifier().classes(), network.size(), network.preprocessing())
        .seed(random.nextLong())
        .build();
  }

  /** The central square, maps as the released code prepares them. */
  private static PreparedImages.Builder asEvaluated(ImageCatalogue records, Network network) {
    return PreparedImages.of(
            records, network.classifier().classes(), network.size(), network.preprocessing())
        .maps(MapPreparation.asReleased());
  }

  /** What the network is trained on. */
  public ImageSource training() {
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
    sources.forEach(PreparedImages::close);
  }
}
