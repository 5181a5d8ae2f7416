package org.neuralharmonizer.examples;

import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.study.scenes.SceneGenerator;
import org.neuralharmonizer.study.scenes.SceneOptions;
import org.neuralharmonizer.study.scenes.Split;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.Predictor;

/** The main thing the library does: harmonize a classifier and measure how human it became. */
public final class ReadmeExample {
  private ReadmeExample() {}

  public static void main(String[] arguments) {
    // Pictures with labels and maps of where people look; yours come by LabeledImages.of.
    SceneOptions options = SceneOptions.standard(1).withImageSize(32).withClasses(3);
    LabeledImages training = SceneGenerator.of(options).draw(Split.TRAIN, 240).labeledImages();
    LabeledImages test = SceneGenerator.of(options).draw(Split.TEST, 120).labeledImages();
    Classifier classifier =
        ReferenceCnn.of(3).withImage(Shape.of(3, 32, 32)).withWidths(8, 8, 16, 16).classifier();
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());

    try (Backend backend = Backends.best()) {
      for (double lambda1 : new double[] {0, 1}) { // the strength of harmonization
        HarmonizerObjective objective =
            HarmonizerObjective.asInReleasedCode(classifier).withLambda1(lambda1);
        Parameters trained =
            Harmonizer.of(objective).epochs(10).build().fit(training, backend).parameters();
        try (Predictor predictor = Predictor.of(classifier, trained, backend, 60)) {
          double score =
              alignment.evaluate(predictor.explain(Saliency.asEvaluated(), test), test).mean();
          System.out.printf("λ₁ = %.0f: human alignment %.2f%n", lambda1, score);
        }
      }
    }
  }
}
