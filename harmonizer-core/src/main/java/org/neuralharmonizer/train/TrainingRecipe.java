package org.neuralharmonizer.train;

import org.neuralharmonizer.data.Augmentation;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.Mixup;
import org.neuralharmonizer.data.PreparedImages;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;

/**
 * How networks are harmonized from ClickMe and ImageNet: the paper's text, the code before the
 * release, which most likely trained the paper's networks, and the released code. The three
 * contradict each other; docs/training.md has them side by side. Immutable.
 *
 * @param objective what is minimised, for a network
 * @param optimizer the rule by which parameters follow their gradients
 * @param schedule of the learning rate
 * @param batch images per step, computed in parts where memory asks for it ({@link
 *     Harmonizer.Builder#inPartsOf})
 * @param epochs of training
 * @param mappedShare the share of each epoch that has human maps, in (0, 1)
 * @param augmentation what is shown of training images
 * @param mixup how they are blended
 * @param maps what becomes of human maps
 */
public record TrainingRecipe(
    Objective objective,
    Optimizer optimizer,
    LearningRateSchedule schedule,
    int batch,
    int epochs,
    double mappedShare,
    Augmentation augmentation,
    Mixup mixup,
    MapPreparation maps) {
  private static final double MOMENTUM = 0.9;
  private static final int EPOCHS = 90;
  private static final int WARM_UP = 5;
  private static final double MAPPED_SHARE = 0.2;
  private static final Augmentation CROPS = Augmentation.randomResizedCrop().mirroring(0.5);

  /** What is minimised, for a network. */
  @FunctionalInterface
  public interface Objective {
    HarmonizerObjective of(Classifier classifier);
  }

  /**
   * The paper's text: batches of 512, momentum 0.9, a rate of 0.3 after 5 epochs of warm-up, then
   * half a cosine to epoch 90 (the text also names decay at epochs 30, 50 and 80, which contradicts
   * it), label smoothing 0.1, flips and mixup. Not stated, and here as in the code before the
   * release: λ₁ and λ₂, the share of images with maps, crops, and how much is blended.
   */
  public static TrainingRecipe asInPaper() {
    return new TrainingRecipe(
        HarmonizerObjective::asInPaper,
        Sgd.withMomentum(MOMENTUM),
        LearningRateSchedule.warmUpCosine(0.3, WARM_UP, EPOCHS),
        512,
        EPOCHS,
        MAPPED_SHARE,
        CROPS,
        Mixup.asInEarlierCode(),
        MapPreparation.asReleased());
  }

  /**
   * The released code's objective, trained as the code before the release trained, because the
   * released code stops at gradients.
   */
  public static TrainingRecipe asInReleasedCode() {
    return earlier(HarmonizerObjective::asInReleasedCode);
  }

  /**
   * The code before the release: batches of 1024, Nesterov momentum 0.9, a rate of 0.7 after 5
   * epochs of warm-up, a tenth of it at epochs 30, 60 and 80 each, a fifth of the images from
   * ClickMe, crops and flips, no mixup; its loss on maps, λ₁ = 2.
   */
  public static TrainingRecipe asInEarlierCode() {
    return earlier(
        classifier ->
            HarmonizerObjective.asInReleasedCode(classifier)
                .withMapLoss(HarmonizationLoss.asInEarlierCode())
                .withLambda1(2));
  }

  private static TrainingRecipe earlier(Objective objective) {
    return new TrainingRecipe(
        objective,
        Sgd.withNesterovMomentum(MOMENTUM),
        LearningRateSchedule.warmUpSteps(0.7, WARM_UP, 0.1, 30, 60, 80),
        1024,
        EPOCHS,
        MAPPED_SHARE,
        CROPS,
        Mixup.none(),
        MapPreparation.asReleased());
  }

  public TrainingRecipe {
    if (batch < 1 || epochs < 1 || !(mappedShare > 0 && mappedShare < 1)) {
      throw new IllegalArgumentException(
          "recipe: batch %d, epochs %d, share of mapped images %s — give at least 1 and 1, and a share between 0 and 1"
              .formatted(batch, epochs, mappedShare));
    }
  }

  /**
   * The same for other batches and another length: the rate by the share of the batch (Goyal and
   * others, arXiv 1706.02677), the schedule stretched over the epochs.
   */
  public TrainingRecipe scaledTo(int newBatch, int newEpochs) {
    LearningRateSchedule scaled =
        schedule.scaled((double) newBatch / batch, (double) newEpochs / epochs);
    return new TrainingRecipe(
        objective, optimizer, scaled, newBatch, newEpochs, mappedShare, augmentation, mixup, maps);
  }

  /** Training images of a catalogue; close what it builds. */
  public PreparedImages.Builder images(
      ImageCatalogue catalogue, int classes, int side, Preprocessing preprocessing) {
    return PreparedImages.of(catalogue, classes, side, preprocessing)
        .maps(maps)
        .augmentation(augmentation)
        .mixup(mixup);
  }

  /** Settings of a run of the recipe, to which seed, first values and checkpoints are to come. */
  public Harmonizer.Builder harmonizer(Classifier classifier) {
    return Harmonizer.of(objective.of(classifier))
        .optimizer(optimizer)
        .learningRate(schedule)
        .batch(batch)
        .epochs(epochs);
  }
}
