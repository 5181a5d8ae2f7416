package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.Baseline;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.explain.InputTimesGradient;
import org.neuralharmonizer.explain.Occlusion;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.explain.SanityChecks;
import org.neuralharmonizer.explain.SanityChecks.Randomization;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** What happens to explanations of a trained network when its weights are drawn anew. */
final class SanityChecksTest {
  private static final int SIDE = 8;
  private static final int COUNT = 80;
  private static final Classifier CLASSIFIER =
      Classifier.of(
          Sequential.empty()
              .then("conv1", Conv.of(1, 6, 3).withPadding(Padding.symmetric(1)))
              .then(Activation.RELU)
              .then("conv2", Conv.of(6, 6, 3).withPadding(Padding.symmetric(1)))
              .then(Activation.RELU)
              .then(Shaping.FLATTEN)
              .then("fc", Dense.of(6 * SIDE * SIDE, 2)),
          Shape.of(1, SIDE, SIDE),
          2);
  private static final LabeledImages IMAGES = spots();
  private static final Backend BACKEND = SmallTask.backend(1);
  private static Parameters trained;

  /** A spot on noise, in the left or in the right half. */
  private static LabeledImages spots() {
    SeededRandom random = SeededRandom.of(7);
    float[] pixels = new float[COUNT * SIDE * SIDE];
    int[] labels = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      labels[i] = i % 2;
      int row = random.nextInt(SIDE);
      int column = random.nextInt(SIDE / 2) + labels[i] * SIDE / 2;
      for (int k = 0; k < SIDE * SIDE; k++) {
        boolean spot = k == row * SIDE + column;
        pixels[i * SIDE * SIDE + k] = (float) (0.2 * random.nextGaussian() + (spot ? 3 : 0));
      }
    }
    return LabeledImages.of(Tensor.adopt(Shape.of(COUNT, 1, SIDE, SIDE), pixels), labels, 2);
  }

  @BeforeAll
  static void train() {
    HarmonizerObjective plain = HarmonizerObjective.asInReleasedCode(CLASSIFIER).withLambda1(0);
    trained =
        Harmonizer.of(plain)
            .learningRate(LearningRateSchedule.constant(0.05))
            .epochs(15)
            .batch(20)
            .build()
            .fit(IMAGES, BACKEND)
            .parameters();
    try (Predictor predictor = Predictor.of(CLASSIFIER, trained, BACKEND, 40)) {
      assertThat(predictor.accuracy(IMAGES)).isGreaterThan(0.95);
    }
  }

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  private static Function<Parameters, Tensor> maps(ExplanationFunctional explanation) {
    return parameters -> {
      try (Predictor predictor = Predictor.of(CLASSIFIER, parameters, BACKEND, COUNT)) {
        return predictor.explain(explanation, IMAGES);
      }
    };
  }

  @Test
  void saliencyDependsOnWhatWasLearned() {
    SanityChecks checks = SanityChecks.of(CLASSIFIER.parameters(), trained, 3);
    for (Randomization each : Randomization.values()) {
      List<SanityChecks.Step> steps = checks.run(each, maps(Saliency.asTrained()));
      assertThat(steps)
          .extracting(SanityChecks.Step::layer)
          .containsExactly("fc", "conv2", "conv1");
      // The layer that tells left from right is gone: ranks agree by chance, 64 pixels in 80
      // images.
      assertThat(steps.get(0).similarity()).as("%s, fc", each).isLessThan(0.3);
      assertThat(steps).extracting(SanityChecks.Step::similarity).allMatch(value -> value < 0.95);
    }
    assertThat(checks.run(Randomization.CASCADING, maps(Saliency.asTrained())).get(2).similarity())
        .as("everything at random")
        .isBetween(-0.3, 0.3);
  }

  /** The image itself, as an edge detector would show it, and a constant. */
  @Test
  void explanationsThatIgnoreTheNetworkDoNotChange() {
    SanityChecks checks = SanityChecks.of(CLASSIFIER.parameters(), trained, 3);
    for (ExplanationFunctional each :
        List.<ExplanationFunctional>of(
            (model, images, labels) -> images.mean(1),
            (model, images, labels) -> images.mean(1).times(0))) {
      for (Randomization randomization : Randomization.values()) {
        assertThat(checks.run(randomization, maps(each)))
            .extracting(SanityChecks.Step::similarity)
            .containsOnly(1.0);
      }
    }
  }

  @Test
  void similarityIsTheRankCorrelation() {
    Tensor a = Tensor.of(Shape.of(2, 1, 4), 1, 2, 3, 4, 1, 1, 1, 1);
    Tensor b = Tensor.of(Shape.of(2, 1, 4), 1, 20, 4, 50, 2, 2, 2, 3);
    // Σ d² = 2: 1 − 6 · 2 / (4 · 15) = 0.8; the constant map counts 0.
    assertThat(SanityChecks.similarity(a, b)).isCloseTo(0.4, within(1e-12));
    assertThatThrownBy(() -> SanityChecks.similarity(a, Tensor.zeros(Shape.of(4))))
        .hasMessage(
            "sanity checks: maps are [2, 1, 4] and [4] — both must be N × H × W, at least one");
  }

  /** Of a linear network both are the contributions of its pixels. */
  @Test
  void aPredictorIsExplainedByPerturbation() {
    Classifier linear =
        Classifier.of(
            Sequential.of(Shaping.FLATTEN).then("fc", Dense.of(SIDE * SIDE, 2)),
            Shape.of(1, SIDE, SIDE),
            2);
    LabeledImages.Batch all = IMAGES.all();
    Tensor images = Tensor.stack(List.of(all.images().slice(0), all.images().slice(1)));
    Tensor labels = Tensor.stack(List.of(all.labels().slice(0), all.labels().slice(1)));
    try (Predictor predictor = Predictor.of(linear, linear.initialize(1), BACKEND, 5)) {
      Tensor expected =
          predictor.explain(InputTimesGradient.of(ChannelReduction.SIGNED_MEAN), images, labels);
      Tensor occluded =
          new Occlusion(1, 1)
              .explain(predictor, ClassScore.LOGIT, Baseline.constant(0), images, labels);
      // Differences of logits near 1 in single precision.
      assertThat(occluded.toArray()).containsExactly(expected.toArray(), within(1e-5f));
    }
  }
}
