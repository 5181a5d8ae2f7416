package org.neuralharmonizer.examples;

import java.util.List;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.Predictor;
import org.neuralharmonizer.train.TrainingResult;

/** Harmonize what you mean by an explanation: here saliency averaged over disturbed images. */
public final class E07YourOwnExplanationFunctional {
  private E07YourOwnExplanationFunctional() {}

  /** Absolute saliency averaged over copies with noise; its text is part of the settings. */
  record SmoothedSaliency(int copies, double spread) implements ExplanationFunctional {
    @Override
    public Expr explain(Model model, Expr images, Expr labels) {
      SeededRandom random = SeededRandom.of(1);
      Shape one = images.shape().with(0, 1); // The same noise for all images of a batch.
      Expr sum = Expr.zeros(images.shape());
      for (int i = 0; i < copies; i++) {
        Tensor noise = Tensor.generate(one, k -> spread * random.nextGaussian());
        Expr disturbed = images.plus(Expr.constant(noise));
        Expr score = ClassScore.LOGIT.of(model.logits(disturbed), labels).sum();
        // A gradient is an expression, so the loss may use it and be differentiated in turn.
        sum = sum.plus(Functions.absolute(Derivatives.grad(score, images)));
      }
      return sum.mean(1).times(1.0 / copies);
    }
  }

  public static void main(String[] arguments) {
    LabeledImages training = CrossesAndRings.draw(240, 1, 0.95);
    ReferenceCnn small = ReferenceCnn.of(2).withImage(training.image(0).shape());
    Classifier classifier = small.withWidths(8, 16).classifier();
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());
    SmoothedSaliency explanation = new SmoothedSaliency(4, 0.1);
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withExplanation(explanation)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(4));
    Parameters untrained = classifier.initialize(1);
    LearningRateSchedule rate = LearningRateSchedule.constant(0.05);
    var settings = Harmonizer.of(objective).startingFrom(untrained).learningRate(rate).batch(16);
    try (Backend backend = ExampleBackend.of(arguments)) {
      TrainingResult result = settings.build().fit(training, backend);
      System.out.printf("%s%nepoch   map loss%n", result.settings().get("explanation"));
      for (var epoch : result.epochs()) {
        System.out.printf("%5d %10.3f%n", epoch.number(), epoch.losses().harmonization());
      }
      for (Parameters parameters : List.of(untrained, result.parameters())) {
        try (Predictor predictor = Predictor.of(classifier, parameters, backend, 50)) {
          LabeledImages test = CrossesAndRings.draw(100, 2, 0.5);
          Tensor maps = predictor.explain(explanation, test);
          System.out.printf("%nalignment %.2f, a cross:%n", alignment.evaluate(maps, test).mean());
          System.out.print(TextMap.of(maps.slice(0)));
        }
      }
    }
  }
}
