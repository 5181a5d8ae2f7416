package org.neuralharmonizer.study.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.alignment.CenterBiasControl;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.study.scenes.SceneGenerator;
import org.neuralharmonizer.study.scenes.SceneSet;
import org.neuralharmonizer.study.scenes.Split;
import org.neuralharmonizer.train.Predictor;
import org.neuralharmonizer.train.TrainingListener;
import org.neuralharmonizer.train.TrainingResult;

/**
 * Trains one network twice on scenes with a shortcut, plainly and harmonized, and measures both:
 * how often they are right, how often once the shortcut is broken, and how well their saliency
 * agrees with people's maps.
 */
public final class Demonstration {
  /** Eight raters have 35 ways to be halved; scenes beyond this many change the third digit. */
  private static final int CEILING_SCENES = 100;

  private static final int CEILING_SPLITS = 100;
  private static final int PREDICTED_AT_ONCE = 50;

  private final DemoSettings settings;
  private final Backend backend;
  private final Function<String, TrainingListener> listeners;
  private final Saliency explanation = Saliency.asEvaluated();

  private Demonstration(
      DemoSettings settings, Backend backend, Function<String, TrainingListener> listeners) {
    this.settings = settings;
    this.backend = backend;
    this.listeners = listeners;
  }

  /**
   * Runs the demonstration.
   *
   * @param backend stays the caller's to close
   * @param listeners gives each training, by name, someone to follow it
   */
  public static DemoResult run(
      DemoSettings settings, Backend backend, Function<String, TrainingListener> listeners) {
    return new Demonstration(settings, backend, listeners).run();
  }

  private DemoResult run() {
    long start = System.nanoTime();
    SceneGenerator generator = SceneGenerator.of(settings.scenes());
    LabeledImages training =
        settings.images(generator.draw(Split.TRAIN, settings.trainingScenes()));
    SceneSet testScenes = generator.draw(Split.TEST, settings.testScenes());
    LabeledImages test = settings.images(testScenes);
    LabeledImages shifted =
        settings.images(generator.draw(Split.SHIFTED_TEST, settings.testScenes()));
    SplitHalfReliability.Result halves =
        SplitHalfReliability.seeded(settings.seed(), CEILING_SPLITS).of(raters(testScenes));
    InterRaterCeiling ceiling = InterRaterCeiling.splitHalf(halves);
    HumanAlignment measure =
        HumanAlignment.measuredBy(AlignmentMeasure.spearman())
            .withCeiling(ceiling)
            .withBootstrap(Bootstrap.seeded(settings.seed()));
    Classifier network = settings.network();
    HarmonizerObjective harmonized = settings.harmonized(network);
    return new DemoResult(
        settings,
        network("plain", settings.plain(network), training, test, shifted, measure),
        network("harmonized", harmonized, training, test, shifted, measure),
        ceiling,
        InterRaterCeiling.splitHalfSpearmanBrown(halves),
        CenterBiasControl.evaluate(measure, maps(test)),
        testScenes,
        (System.nanoTime() - start) * 1e-9,
        provenance(harmonized, training, ceiling));
  }

  private static List<RaterMaps> raters(SceneSet scenes) {
    List<RaterMaps> raters = new ArrayList<>();
    for (int i = 0; i < Math.min(scenes.count(), CEILING_SCENES); i++) {
      raters.add(RaterMaps.of(String.valueOf(i), scenes.scene(i).raterMaps().orElseThrow()));
    }
    return raters;
  }

  private static List<ImportanceMap> maps(LabeledImages images) {
    return IntStream.range(0, images.size()).mapToObj(images::map).toList();
  }

  private DemoResult.Network network(
      String name,
      HarmonizerObjective objective,
      LabeledImages training,
      LabeledImages test,
      LabeledImages shifted,
      HumanAlignment measure) {
    TrainingResult trained =
        settings.training(objective).listener(listeners.apply(name)).build().fit(training, backend);
    try (Predictor predictor =
        Predictor.of(objective.classifier(), trained.parameters(), backend, PREDICTED_AT_ONCE)) {
      LabeledImages.Batch all = test.all();
      var saliency = predictor.explain(explanation, all.images(), all.labels());
      AlignmentResult alignment = measure.evaluate(saliency, test);
      return new DemoResult.Network(
          accuracy(predictor, test),
          accuracy(predictor, shifted),
          alignment,
          saliency,
          trained.parameters(),
          trained.epochs(),
          trained.seconds());
    }
  }

  private BootstrapInterval accuracy(Predictor predictor, LabeledImages images) {
    int[] predicted = predictor.classes(images.all().images());
    double[] right = new double[predicted.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = predicted[i] == images.label(i) ? 1 : 0;
    }
    return Bootstrap.seeded(settings.seed()).ofMean(right);
  }

  private Map<String, String> provenance(
      HarmonizerObjective harmonized, LabeledImages training, InterRaterCeiling ceiling) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("scenes", settings.scenes().toString());
    facts.put(
        "training, harmonized",
        settings.training(harmonized).build().settings(training).toString());
    facts.put("training, plain", "the same with lambda1=0.0");
    facts.put("explanation measured", explanation.toString());
    facts.put(
        "alignment",
        "Spearman over all pixels, mean over " + settings.testScenes() + " test scenes");
    facts.put("ceiling", ceiling.toString());
    facts.put("errors", "bootstrap over scenes, seed " + settings.seed());
    facts.put("backend", backend.name());
    return facts;
  }
}
