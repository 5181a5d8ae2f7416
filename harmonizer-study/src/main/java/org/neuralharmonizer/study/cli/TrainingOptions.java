package org.neuralharmonizer.study.cli;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.loss.CrossEntropy;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.MapBranch;
import org.neuralharmonizer.train.Optimizer;
import org.neuralharmonizer.train.ParameterGroups;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainingRecipe;
import picocli.CommandLine.Option;

/** What is minimised, and how. */
final class TrainingOptions {
  private static final double MOMENTUM = 0.9;

  enum Loss {
    PAPER,
    RELEASED,
    EARLIER
  }

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      defaultValue = "released",
      description =
          "The objective: released (the published code's), earlier (that code before its "
              + "release) or paper (equations 1 and 2); default ${DEFAULT-VALUE}.")
  private Loss loss;

  @Option(
      names = "--levels",
      paramLabel = "N",
      description = "Resolutions at which maps are compared; default 5, of earlier 6.")
  private @Nullable Integer levels;

  @Option(
      names = "--soft-labels",
      description =
          "Train with the network's own probabilities of all classes, as they are before training,"
              + " and without label smoothing: what it predicts is to stay. Scores remain those of"
              + " the labels.")
  private boolean softLabels;

  @Option(
      names = "--lambda1",
      paramLabel = "X",
      description = "Weight of the loss on maps; default 1. 0 trains plainly.")
  private @Nullable Double lambda1;

  @Option(
      names = "--lambda2",
      paramLabel = "X",
      description = "Weight of weight decay; default 1e-5.")
  private @Nullable Double lambda2;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10",
      description = "Times that each image is used; default ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images per step; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.0001",
      description =
          "The highest rate, from which it falls to 0 along half a cosine, with Nesterov "
              + "momentum 0.9; default ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--warm-up",
      paramLabel = "EPOCHS",
      defaultValue = "0",
      description = "Epochs in which the rate rises from 0; default ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--mode",
      paramLabel = "NAME",
      description =
          "Batch normalization while training: by the batch and learning its statistics "
              + "(training), or by the statistics that are there (inference). Default: inference "
              + "with --weights, training without.")
  private @Nullable Mode mode;

  @Option(
      names = "--mapped-only",
      description =
          "Compute maps and their derivatives for images that have one: the same, faster, where few"
              + " have; refused where batch norm or dropout make images depend on each other. See"
              + " docs/cost.md.")
  private boolean mappedOnly;

  @Option(
      names = "--map-loss-every",
      paramLabel = "STEPS",
      defaultValue = "1",
      description = "The loss on maps in every so many steps, as many times as strong; default 1.")
  private int mapLossEvery;

  @Option(
      names = "--freeze",
      paramLabel = "PATTERN",
      description =
          "Parameters whose whole name matches this regular expression keep their values; see"
              + " 'harmonize inspect' for names.")
  private @Nullable Pattern freeze;

  boolean softLabels() {
    return softLabels;
  }

  HarmonizerObjective objective(Classifier classifier) {
    HarmonizerObjective objective =
        loss == Loss.PAPER
            ? HarmonizerObjective.asInPaper(classifier)
            : HarmonizerObjective.asInReleasedCode(classifier);
    HarmonizationLoss maps =
        switch (loss) {
          case PAPER -> HarmonizationLoss.asInPaper();
          case RELEASED -> HarmonizationLoss.asInReleasedCode();
          case EARLIER -> HarmonizationLoss.asInEarlierCode();
        };
    return (softLabels ? objective.withCrossEntropy(CrossEntropy.plain()) : objective)
        .withMapLoss(levels == null ? maps : maps.withLevels(levels))
        .withLambda1(lambda1 == null ? objective.lambda1() : lambda1)
        .withLambda2(lambda2 == null ? objective.lambda2() : lambda2);
  }

  /** The same by a recipe, of which λ₁, λ₂ and the levels can be others. */
  Harmonizer.Builder harmonizer(TrainingRecipe recipe, Network network, Mode usual, long seed) {
    TrainingRecipe scaled = recipe.scaledTo(batch, epochs);
    HarmonizerObjective objective = scaled.objective().of(network.classifier());
    if (levels != null && objective.mapLoss() instanceof HarmonizationLoss maps) {
      objective = objective.withMapLoss(maps.withLevels(levels));
    }
    HarmonizerObjective weighed =
        objective
            .withLambda1(lambda1 == null ? objective.lambda1() : lambda1)
            .withLambda2(lambda2 == null ? objective.lambda2() : lambda2);
    return harmonizer(weighed, scaled.optimizer(), scaled.schedule(), network, seed)
        .mode(mode == null ? usual : mode);
  }

  /** Settings of a run that starts from the network's values. */
  Harmonizer.Builder harmonizer(Network network, Mode usual, long seed) {
    if (!(learningRate > 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          "training: the learning rate must be above 0, not " + learningRate);
    }
    return harmonizer(
            objective(network.classifier()),
            Sgd.withNesterovMomentum(MOMENTUM),
            LearningRateSchedule.warmUpCosine(learningRate, warmUp, epochs),
            network,
            seed)
        .mode(mode == null ? usual : mode);
  }

  private Harmonizer.Builder harmonizer(
      HarmonizerObjective objective,
      Optimizer optimizer,
      LearningRateSchedule schedule,
      Network network,
      long seed) {
    return Harmonizer.of(objective)
        .optimizer(partly(optimizer))
        .startingFrom(network.parameters())
        .learningRate(schedule)
        .mapBranch(mappedOnly ? MapBranch.MAPPED_IMAGES : MapBranch.ALL_IMAGES)
        .mapLossEvery(mapLossEvery)
        .batch(batch)
        .epochs(epochs)
        .seed(seed);
  }

  private Optimizer partly(Optimizer all) {
    return freeze == null ? all : ParameterGroups.of(all).frozen(freeze.pattern());
  }
}
