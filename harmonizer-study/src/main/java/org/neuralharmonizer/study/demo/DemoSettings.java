package org.neuralharmonizer.study.demo;

import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.loss.CrossEntropy;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.study.scenes.SceneOptions;
import org.neuralharmonizer.study.scenes.SceneSet;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.Sgd;

/**
 * What the demonstration draws and how it trains. Both networks share everything but λ₁.
 *
 * @param seed of the scenes, the first weights and the order of the images
 * @param trainingScenes about half of them with human maps
 * @param testScenes of each of the two tests
 * @param epochs of each training
 */
public record DemoSettings(long seed, int trainingScenes, int testScenes, int epochs) {
  private static final int BATCH = 32;
  private static final double LEARNING_RATE = 0.01;
  private static final double WARM_UP = 0.8;
  private static final double MOMENTUM = 0.9;
  private static final double LAMBDA1 = 8;
  private static final double LAMBDA2 = 1e-4;
  private static final int[] WIDTHS = {12, 24, 48, 48};

  /** About a minute on two cores. */
  public static DemoSettings standard(long seed) {
    return new DemoSettings(seed, 1600, 400, 12);
  }

  public DemoSettings withEpochs(int count) {
    return new DemoSettings(seed, trainingScenes, testScenes, count);
  }

  /** The scenes that are drawn. */
  public SceneOptions scenes() {
    return SceneOptions.standard(seed);
  }

  /**
   * Four convolutions and a dense layer. The last pooling takes the maximum over the whole picture:
   * a class counts as seen wherever its parts are.
   */
  public Classifier network() {
    SceneOptions scenes = scenes();
    int size = scenes.imageSize();
    Sequential network =
        Sequential.empty()
            .then("conv1", convolution(3, WIDTHS[0], 5).withStride(2))
            .then("relu1", Activation.RELU)
            .then("conv2", convolution(WIDTHS[0], WIDTHS[1], 3))
            .then("relu2", Activation.RELU)
            .then(MaxPool.of(2))
            .then("conv3", convolution(WIDTHS[1], WIDTHS[2], 3))
            .then("relu3", Activation.RELU)
            .then(MaxPool.of(2))
            .then("conv4", convolution(WIDTHS[2], WIDTHS[3], 3))
            .then("relu4", Activation.RELU)
            .then(MaxPool.of(size / 8))
            .then(Shaping.FLATTEN)
            .then(
                "fc",
                Dense.of(WIDTHS[3], scenes.classes()).withInitializer(Initializer.fanInUniform()));
    return Classifier.of(network, Shape.of(3, size, size), scenes.classes());
  }

  private static Conv convolution(int inputs, int outputs, int kernel) {
    return Conv.of(inputs, outputs, kernel)
        .withPadding(Padding.symmetric(kernel / 2))
        .withInitializer(Initializer.glorotUniform());
  }

  /** Scenes as a data set: pixels from −2 to 2, maps with their weights. */
  LabeledImages images(SceneSet scenes) {
    Tensor pixels = scenes.images();
    Tensor weights = scenes.mapWeights();
    double[] mapWeights = new double[scenes.count()];
    for (int i = 0; i < mapWeights.length; i++) {
      mapWeights[i] = weights.value(i);
    }
    return LabeledImages.of(
            Tensor.generate(pixels.shape(), i -> (pixels.value(i) - 0.5) * 4),
            scenes.labels(),
            scenes.options().classes())
        .withMaps(scenes.importanceMaps(), mapWeights);
  }

  /**
   * The paper's loss with the mean of squares in place of the norm, so that levels of different
   * size weigh alike, on the mean magnitude of the gradient over the channels.
   */
  HarmonizerObjective harmonized(Classifier network) {
    return HarmonizerObjective.asInPaper(network)
        .withExplanation(Saliency.of(ChannelReduction.MEAN_ABSOLUTE))
        .withMapLoss(HarmonizationLoss.asInPaper().withNorm(HarmonizationLoss.Norm.MEAN_SQUARE))
        .withCrossEntropy(CrossEntropy.plain())
        .withLambda1(LAMBDA1)
        .withLambda2(LAMBDA2);
  }

  HarmonizerObjective plain(Classifier network) {
    return harmonized(network).withLambda1(0);
  }

  Harmonizer.Builder training(HarmonizerObjective objective) {
    return Harmonizer.of(objective)
        .batch(BATCH)
        .epochs(epochs)
        .seed(seed)
        .optimizer(Sgd.withNesterovMomentum(MOMENTUM))
        .learningRate(LearningRateSchedule.warmUpCosine(LEARNING_RATE, WARM_UP, epochs));
  }
}
