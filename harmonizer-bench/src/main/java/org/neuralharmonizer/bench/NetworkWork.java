package org.neuralharmonizer.bench;

import java.util.Optional;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizationLoss.Norm;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.WeightDecay;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.train.Predictor;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainStep;

/** What is done with a network: training steps, and explanations. */
final class NetworkWork {
  private static final int LEVELS = 5;
  private static final double HALF = 0.5;

  // The parameters stay what they are, so that the last step costs what the first did: random
  // labels would otherwise drive them to values that overflow.
  private static final double LEARNING_RATE = 0;

  private NetworkWork() {}

  /**
   * A harmonized step, batch norm over the batch: cross-entropy with smoothing 0.1, the paper's
   * pyramid loss as a mean of squares, half the squares of matrices and filters; then the update.
   * It takes human maps as they come, so their pyramid is part of it.
   */
  static Work harmonizedStep(Network network, int batch, Backend backend) {
    return harmonizedStep(network, batch, backend, Samples::parameters);
  }

  static Work harmonizedStep(Network network, int batch, Backend backend, FirstValues first) {
    return step(objective(network.classifier()), first, batch, backend);
  }

  /** The same without maps. */
  static Work plainStep(Network network, int batch, Backend backend) {
    return plainStep(network, batch, backend, Samples::parameters);
  }

  static Work plainStep(Network network, int batch, Backend backend, FirstValues first) {
    return step(objective(network.classifier()).withLambda1(0), first, batch, backend);
  }

  /** The saliency of a trained network, batch norm by running statistics. */
  static Work saliency(Network network, int batch, Backend backend) {
    Classifier classifier = network.classifier();
    LabeledImages.Batch images = Samples.images(classifier, batch).all();
    Parameters parameters = Samples.parameters(classifier);
    Predictor predictor = Predictor.of(classifier, parameters, backend, batch);
    return new Work() {
      @Override
      public Object run() {
        return predictor.explain(Saliency.asTrained(), images.images(), images.labels());
      }

      @Override
      public void close() {
        predictor.close();
      }
    };
  }

  /** The objective that the peer has too; a level counts one fifth there. */
  static HarmonizerObjective objective(Classifier classifier) {
    return HarmonizerObjective.asInReleasedCode(classifier)
        .withMapLoss(HarmonizationLoss.asInPaper().withLevels(LEVELS).withNorm(Norm.MEAN_SQUARE))
        .withWeightDecay(new WeightDecay(HALF, parameter -> parameter.shape().rank() > 1))
        .withLambda1(1.0 / LEVELS);
  }

  /** Where a step begins. Zeros cost the same as others, and are made faster. */
  @FunctionalInterface
  interface FirstValues {
    Parameters of(Classifier classifier);
  }

  /** A step of any objective. */
  static Work step(HarmonizerObjective objective, FirstValues first, int batch, Backend backend) {
    Classifier classifier = objective.classifier();
    LabeledImages.Batch images = Samples.images(classifier, batch).all();
    SeededRandom random = SeededRandom.of(0);
    TrainStep step =
        TrainStep.of(objective, Sgd.plain(), first.of(classifier), batch, Mode.TRAINING, backend);
    return new Work() {
      @Override
      public Object run() {
        return step.run(images, LEARNING_RATE, random);
      }

      @Override
      public Optional<Program> program() {
        return Optional.of(step.program());
      }

      @Override
      public void close() {
        step.close();
      }
    };
  }
}
