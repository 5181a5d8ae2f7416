package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizationLoss.Normalization;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/** What happens to gradients between the loss and the optimizer. */
class GradientsTest {
  private static final double RATE = 0.1;

  private final Backend backend = SmallTask.backend(2);

  /** Weights of 0, ½ and 1, so that parts of a batch have unequal shares of the maps. */
  private static LabeledImages images() {
    double[] weights = {1, 0, 0.5, 0, 0, 1, 1, 1, 0.5, 0};
    LabeledImages all = SmallTask.images();
    Tensor maps = SmallTask.noise(all.all().maps().shape(), 3);
    return SmallTask.unmapped(SmallTask.SIZE).withMaps(maps, weights);
  }

  /** In inference mode nothing couples images, so a batch may be computed in any parts. */
  @ParameterizedTest
  @EnumSource(Normalization.class)
  void partsAddUpToTheWholeBatch(Normalization normalization) {
    HarmonizerObjective objective =
        SmallTask.objective()
            .withMapLoss(
                HarmonizationLoss.asInPaper().withLevels(2).withNormalization(normalization));
    UnaryOperator<Harmonizer.Builder> same = each -> each.optimizer(Adam.standard()).batch(10);
    SmallTask.Recorder whole = new SmallTask.Recorder();
    Parameters expected = fit(objective, builder -> same.apply(builder).listener(whole));
    for (int part : List.of(5, 2, 1)) {
      SmallTask.Recorder parts = new SmallTask.Recorder();
      Parameters inParts =
          fit(objective, builder -> same.apply(builder).listener(parts).inPartsOf(part));
      for (int i = 0; i < whole.steps.size(); i++) {
        TrainingListener.Losses wanted = whole.steps.get(i).losses();
        TrainingListener.Losses losses = parts.steps.get(i).losses();
        assertThat(losses.total()).isEqualTo(wanted.total(), within(1e-4));
        assertThat(losses.harmonization()).isEqualTo(wanted.harmonization(), within(1e-4));
      }
      assertThat(distance(inParts, expected)).isLessThan(1e-4);
    }
  }

  @Test
  void partsMustDivideTheBatch() {
    assertThatThrownBy(() -> fit(SmallTask.objective(), builder -> builder.batch(10).inPartsOf(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "training: a batch of 10 does not fall into parts of 4 — let the one divide the other");
  }

  @Test
  void normsAreThoseOfTheTwoGradients() {
    HarmonizerObjective objective = SmallTask.objective();
    Parameters initial = objective.classifier().initialize(1);
    Parameters withMaps = step(objective.withLambda1(3), GradientBalance.ABSOLUTE, initial);
    Parameters without = step(objective.withLambda1(0), GradientBalance.ABSOLUTE, initial);
    SmallTask.Recorder recorder = new SmallTask.Recorder();
    Parameters measured =
        fit(
            objective.withLambda1(3),
            builder ->
                oneStep(builder, initial)
                    .gradientBalance(GradientBalance.ABSOLUTE_MEASURED)
                    .listener(recorder));
    assertThat(distance(measured, withMaps)).isLessThan(1e-6);
    TrainingListener.Gradients gradients = recorder.steps.get(0).gradients();
    assertThat(gradients.rest() * RATE).isEqualTo(distance(without, initial), within(1e-5));
    assertThat(gradients.maps() * RATE * 3).isEqualTo(distance(withMaps, without), within(1e-5));
    assertThat(gradients.lambda1()).isEqualTo(3);
  }

  @Test
  void balancedGradientsDoNotDependOnTheScaleOfTheMapLoss() {
    HarmonizerObjective objective = SmallTask.objective().withLambda1(0.5);
    HarmonizerObjective scaled =
        objective.withMapLoss(
            (saliency, human, weights) ->
                objective.mapLoss().loss(saliency, human, weights).times(100));
    Parameters initial = objective.classifier().initialize(1);
    Parameters balanced = step(objective, GradientBalance.BALANCED, initial);
    assertThat(distance(step(scaled, GradientBalance.BALANCED, initial), balanced))
        .isLessThan(1e-6);
    Parameters without = step(objective.withLambda1(0), GradientBalance.ABSOLUTE, initial);
    assertThat(distance(balanced, without))
        .isEqualTo(0.5 * distance(without, initial), within(1e-5));
  }

  @Test
  void aVanishingMapLossIsNotBlownUp() {
    HarmonizerObjective objective =
        SmallTask.objective().withMapLoss((saliency, human, weights) -> saliency.times(0).sum());
    Parameters initial = objective.classifier().initialize(1);
    assertThat(step(objective, GradientBalance.BALANCED, initial))
        .isEqualTo(step(objective.withLambda1(0), GradientBalance.ABSOLUTE, initial));
  }

  @Test
  void longGradientsAreShortenedAndShortOnesLeftAlone() {
    HarmonizerObjective objective = SmallTask.objective();
    Parameters initial = objective.classifier().initialize(1);
    Parameters free = step(objective, GradientBalance.ABSOLUTE, initial);
    double norm = distance(free, initial) / RATE;
    Parameters clipped =
        fit(objective, builder -> oneStep(builder, initial).clipGradients(norm / 4));
    assertThat(distance(clipped, initial)).isEqualTo(norm * RATE / 4, within(1e-5));
    Parameters unclipped =
        fit(objective, builder -> oneStep(builder, initial).clipGradients(norm * 2));
    assertThat(unclipped).isEqualTo(free);
    assertThatThrownBy(() -> Harmonizer.of(objective).clipGradients(0))
        .hasMessage("training: gradients are clipped to a positive norm, not 0.0");
  }

  @Test
  void everythingTogetherResumesToTheSameBits() {
    UnaryOperator<Harmonizer.Builder> settings =
        builder ->
            builder
                .optimizer(WeightAveraging.of(Adam.withDecay(0.01), 0.8))
                .mode(Mode.TRAINING)
                .batch(4)
                .inPartsOf(2)
                .gradientBalance(GradientBalance.BALANCED)
                .clipGradients(1);
    TrainingResult whole = result(SmallTask.objective(), settings);
    SmallTask.MemoryStore store = new SmallTask.MemoryStore();
    store.failAt(6);
    assertThatThrownBy(
            () ->
                result(
                    SmallTask.objective(),
                    builder -> settings.apply(builder).checkpoints(store, 3)))
        .hasMessageContaining("No space left");
    store.failAt(-1);
    TrainingResult resumed =
        result(SmallTask.objective(), builder -> settings.apply(builder).checkpoints(store, 3));
    assertThat(resumed.parameters()).isEqualTo(whole.parameters());
    assertThat(resumed.averaged()).isEqualTo(whole.averaged());
    assertThat(whole.averaged()).isPresent();
    assertThat(whole.averaged().get().paths()).isEqualTo(whole.parameters().paths());
    assertThat(whole.averaged().get()).isNotEqualTo(whole.parameters());
  }

  private Parameters step(
      HarmonizerObjective objective, GradientBalance balance, Parameters initial) {
    return fit(objective, builder -> oneStep(builder, initial).gradientBalance(balance));
  }

  private static Harmonizer.Builder oneStep(Harmonizer.Builder builder, Parameters initial) {
    return builder
        .startingFrom(initial)
        .optimizer(Sgd.plain())
        .learningRate(LearningRateSchedule.constant(RATE))
        .batch(10)
        .epochs(1);
  }

  private Parameters fit(
      HarmonizerObjective objective, UnaryOperator<Harmonizer.Builder> settings) {
    return result(objective, settings).parameters();
  }

  private TrainingResult result(
      HarmonizerObjective objective, UnaryOperator<Harmonizer.Builder> settings) {
    Harmonizer.Builder builder =
        Harmonizer.of(objective)
            .learningRate(LearningRateSchedule.constant(0.01))
            .mode(Mode.INFERENCE)
            .epochs(3)
            .seed(5);
    return settings.apply(builder).build().fit(images(), backend);
  }

  /** The Euclidean norm of the difference of all parameters. */
  private static double distance(Parameters one, Parameters other) {
    double sum = 0;
    for (String path : one.paths()) {
      for (int i = 0; i < one.value(path).size(); i++) {
        double difference = one.value(path).value(i) - other.value(path).value(i);
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum);
  }
}
