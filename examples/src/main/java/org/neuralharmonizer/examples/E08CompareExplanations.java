package org.neuralharmonizer.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.Perturbations;
import org.neuralharmonizer.explain.PixelRemoval;
import org.neuralharmonizer.loss.CrossEntropy;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.study.demo.DemoSettings;
import org.neuralharmonizer.study.scenes.SceneGenerator;
import org.neuralharmonizer.study.scenes.SceneSet;
import org.neuralharmonizer.study.scenes.Split;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.Predictor;
import org.neuralharmonizer.train.Sgd;

/**
 * One network, every explanation; with a folder as argument, a picture of each is written there.
 */
public final class E08CompareExplanations {
  private static final int SHOWN = 3;

  private E08CompareExplanations() {}

  public static void main(String[] arguments) throws IOException {
    DemoSettings demo = DemoSettings.standard(3);
    SceneGenerator generator = SceneGenerator.of(demo.scenes());
    LabeledImages training = pixels(generator.draw(Split.TRAIN, 500));
    SceneSet scenes = generator.draw(Split.TEST, SHOWN);
    LabeledImages test = pixels(scenes);
    if (arguments.length > 0) {
      Files.createDirectories(Path.of(arguments[0]));
    }
    Classifier classifier = demo.network();
    try (Backend backend = Backends.best()) {
      var result = harmonizer(classifier, 0.01).fit(training, backend);
      try (Predictor predictor = Predictor.of(classifier, result.parameters(), backend, 64)) {
        System.out.printf("accuracy %.2f%n%n", predictor.accuracy(training));
        System.out.printf("%-24s%10s%10s%10s%n", "", "alignment", "deletion", "insertion");
        for (var each : ExplanationCalls.all().entrySet()) {
          Tensor maps = each.getValue().apply(predictor, test);
          report(each.getKey(), maps, test, predictor);
          if (arguments.length > 0) {
            Gallery.write(Path.of(arguments[0], each.getKey() + ".png"), test, maps);
          }
        }
      }
      if (arguments.length > 0) {
        Gallery.write(Path.of(arguments[0], "scenes.png"), scenes);
        rollout(training, test, backend, Path.of(arguments[0]));
      }
    }
  }

  /** Attention needs a network that has it. */
  private static void rollout(
      LabeledImages training, LabeledImages test, Backend backend, Path folder) throws IOException {
    Classifier transformer =
        SmallTransformer.classifier(training.image(0).shape(), training.classes());
    var result = harmonizer(transformer, 0.02).fit(training, backend);
    try (Predictor predictor = Predictor.of(transformer, result.parameters(), backend, 64)) {
      Tensor maps = ExplanationCalls.attentionRollout(predictor, test);
      Gallery.write(folder.resolve("attentionRollout.png"), test, maps);
    }
  }

  /** Alignment with people's maps, and the areas under the curves of removal and insertion. */
  private static void report(String name, Tensor maps, LabeledImages test, Predictor predictor) {
    LabeledImages.Batch all = test.all();
    List<Perturbations> images =
        Perturbations.of(
            predictor, ExplanationCalls.SCORE, ExplanationCalls.GREY, all.images(), all.labels());
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());
    System.out.printf(
        "%-24s%10.2f%10.2f%10.2f%n",
        name,
        alignment.evaluate(maps, test).mean(),
        meanArea(PixelRemoval.deletion(20).curves(images, maps)),
        meanArea(PixelRemoval.insertion(20).curves(images, maps)));
  }

  private static double meanArea(List<PixelRemoval.Curve> curves) {
    return curves.stream().mapToDouble(PixelRemoval.Curve::area).average().orElseThrow();
  }

  private static Harmonizer harmonizer(Classifier classifier, double rate) {
    HarmonizerObjective plain =
        HarmonizerObjective.asInPaper(classifier)
            .withCrossEntropy(CrossEntropy.plain())
            .withLambda1(0)
            .withLambda2(1e-4);
    return Harmonizer.of(plain)
        .batch(32)
        .epochs(10)
        .seed(1)
        .optimizer(Sgd.withNesterovMomentum(0.9))
        .learningRate(LearningRateSchedule.warmUpCosine(rate, 1, 10))
        .build();
  }

  /** Pixels from −2 to 2, so that 0 is grey. */
  private static LabeledImages pixels(SceneSet scenes) {
    Tensor images = scenes.images();
    return LabeledImages.of(
            Tensor.generate(images.shape(), i -> (images.value(i) - 0.5) * 4),
            scenes.labels(),
            scenes.options().classes())
        .withMaps(scenes.importanceMaps());
  }
}
