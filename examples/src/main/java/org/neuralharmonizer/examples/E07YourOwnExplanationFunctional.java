package org.neuralharmonizer.examples;

import java.util.function.UnaryOperator;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.Predictor;
import org.neuralharmonizer.train.TrainingListener;

/** Harmonize what you mean by an explanation: here saliency averaged over disturbed images. */
public final class E07YourOwnExplanationFunctional {
  private E07YourOwnExplanationFunctional() {}

  /**
   * The mean of absolute saliency over copies of an image with fixed noise: what matters to the
   * neighbourhood of an image and not to that one image. A record, because its text goes into the
   * settings that a result carries.
   */
  record SmoothedSaliency(int copies, double spread) implements ExplanationFunctional {
    @Override
    public Expr explain(UnaryOperator<Expr> logits, Expr images, Expr labels) {
      SeededRandom random = SeededRandom.of(1);
      Expr sum = Expr.zeros(images.shape());
      for (int i = 0; i < copies; i++) {
        Tensor noise = Tensor.generate(images.shape(), k -> spread * random.nextGaussian());
        Expr disturbed = images.plus(Expr.constant(noise));
        Expr score = ClassScore.LOGIT.of(logits.apply(disturbed), labels).sum();
        // The gradient is an expression, so the loss may use it, and be differentiated in turn.
        sum = sum.plus(Functions.absolute(Derivatives.grad(score, images)));
      }
      return sum.mean(1).times(1.0 / copies);
    }
  }

  public static void main(String[] arguments) {
    LabeledImages training = CrossesAndRings.draw(160, 1, 0.95);
    Classifier classifier =
        ReferenceCnn.of(2).withImage(training.image(0).shape()).withWidths(8, 16).classifier();
    ExplanationFunctional explanation = new SmoothedSaliency(4, 0.1);
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withExplanation(explanation)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(4));

    System.out.println("epoch   map loss   accuracy");
    TrainingListener rows =
        new TrainingListener() {
          @Override
          public void epochEnded(Epoch epoch) {
            System.out.printf(
                "%5d %10.3f %10.2f%n",
                epoch.number(), epoch.losses().harmonization(), epoch.accuracy());
          }
        };
    Parameters untrained = classifier.initialize(1);
    Harmonizer harmonizer =
        Harmonizer.of(objective).startingFrom(untrained).epochs(8).batch(16).listener(rows).build();
    try (Backend backend = Backends.best()) {
      Parameters trained = harmonizer.fit(training, backend).parameters();
      show("Before", classifier, untrained, explanation, backend);
      show("After", classifier, trained, explanation, backend);
    }
  }

  private static void show(String when, Classifier classifier, Parameters parameters, ExplanationFunctional explanation, Backend backend) {
    LabeledImages test = CrossesAndRings.draw(100, 2, 0.5);
    try (Predictor predictor = Predictor.of(classifier, parameters, backend, 50)) {
      Tensor maps = predictor.explain(explanation, test);
      double mean = HumanAlignment.measuredBy(AlignmentMeasure.spearman()).evaluate(maps, test).mean();
      System.out.printf("%n%s: alignment %.2f; the map of a cross:%n", when, mean);
      System.out.print(TextMap.of(maps.slice(0)));
    }
  }
}
