package org.neuralharmonizer.examples;

import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.study.scenes.SceneGenerator;
import org.neuralharmonizer.study.scenes.SceneOptions;
import org.neuralharmonizer.study.scenes.Split;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.Predictor;

/** The main thing the library does: harmonize a classifier and measure how human it became. */
public final class ReadmeExample {
  private ReadmeExample() {}

  public static void main(String[] arguments) {
    // Pictures with labels and maps of where people look; yours come by LabeledImages.of.
    var scenes = SceneGenerator.of(SceneOptions.standard(1).withImageSize(32).withClasses(3));
    LabeledImages training = scenes.draw(Split.TRAIN, 240).labeledImages();
    LabeledImages test = scenes.draw(Split.TEST, 120).labeledImages();
    ReferenceCnn small = ReferenceCnn.of(3).withImage(test.image(0).shape());
    Classifier classifier = small.withWidths(8, 8, 16, 16).classifier();
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());
    var objective = HarmonizerObjective.asInReleasedCode(classifier);
    try (Backend backend = Backends.best()) {
      for (double lambda1 : new double[] {0, 1}) { // how strongly people's maps count
        var harmonizer = Harmonizer.of(objective.withLambda1(lambda1)).batch(16).seed(1);
        harmonizer.learningRate(LearningRateSchedule.constant(0.05));
        var trained = harmonizer.build().fit(training, backend).parameters();
        try (Predictor predictor = Predictor.of(classifier, trained, backend, 60)) {
          Tensor maps = predictor.explain(Saliency.asEvaluated(), test);
          double score = alignment.evaluate(maps, test).mean();
          System.out.printf("λ₁ = %.0f: human alignment %.2f%n", lambda1, score);
        }
      }
    }
  }
}
