package org.neuralharmonizer.spark;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.study.scenes.SceneGenerator;
import org.neuralharmonizer.study.scenes.SceneOptions;
import org.neuralharmonizer.study.scenes.Split;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.train.Harmonizer;

/** Fifty steps of a small network on drawn scenes, eight images each. */
record SmallRun(int epochs, ReferenceCnn.Normalization normalization) implements TrainingTask {
  static final int IMAGES = 40;

  /** Without batch norm. */
  SmallRun(int epochs) {
    this(epochs, ReferenceCnn.Normalization.NONE);
  }

  SmallRun normalized() {
    return new SmallRun(epochs, ReferenceCnn.Normalization.BATCH);
  }

  @Override
  public Run run() {
    return new Run(builder().build(), images());
  }

  Harmonizer.Builder builder() {
    Classifier classifier =
        ReferenceCnn.of(2)
            .withImage(Shape.of(3, 32, 32))
            .withWidths(4, 4, 8, 8)
            .withNormalization(normalization)
            .classifier();
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(3));
    return Harmonizer.of(objective).batch(8).epochs(epochs).seed(3);
  }

  static ImageSource images() {
    return SceneGenerator.of(SceneOptions.standard(1).withImageSize(32).withClasses(2))
        .draw(Split.TRAIN, IMAGES)
        .labeledImages();
  }

  @Override
  public Backend backend(int threads) {
    return Backends.named("cpu", BackendOptions.defaults().withThreads(threads));
  }
}
