package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.SmallTask.Recorder;

class MapBranchTest {
  private static final int BATCH = 6;

  private final Backend backend = SmallTask.backend(2);

  @AfterEach
  void close() {
    backend.close();
  }

  /** Both normalizations, batches with fewer maps than there is room for, and with none at all. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aStepIsThatOfTheWholeBatch(int maps) {
    for (HarmonizationLoss.Normalization each : HarmonizationLoss.Normalization.values()) {
      HarmonizerObjective objective =
          SmallTask.objective()
              .withMapLoss(
                  HarmonizationLoss.asInReleasedCode().withLevels(2).withNormalization(each));
      LabeledImages.Batch batch = images(BATCH, maps).all();
      Parameters initial = objective.classifier().initialize(3);
      try (TrainStep whole = step(objective, initial, BATCH);
          TrainStep first = step(objective, initial, 3)) {
        TrainStep.Outcome expected = whole.run(batch, 0.1, SeededRandom.of(1));
        TrainStep.Outcome actual = first.run(batch, 0.1, SeededRandom.of(1));
        // Sums over the batch are taken in another order, in single precision.
        assertThat(actual.losses().total()).isCloseTo(expected.losses().total(), within(1e-5));
        assertThat(actual.losses().harmonization())
            .isCloseTo(expected.losses().harmonization(), within(1e-5));
        expected(whole.parameters(), first.parameters());
      }
    }
  }

  @Test
  void secondDerivativesAreComputedForMappedImagesOnly() {
    Parameters initial = SmallTask.classifier().initialize(3);
    try (TrainStep whole = step(SmallTask.objective(), initial, 24, 24);
        TrainStep part = step(SmallTask.objective(), initial, 24, 4);
        TrainStep plain = step(SmallTask.objective().withLambda1(0), initial, 24, 24)) {
      double most = whole.program().operations();
      double least = plain.program().operations();
      // 3 F + 3 F · 4/24, where the whole is about 6 F; what is not convolution adds some.
      assertThat((part.program().operations() - least) / (most - least)).isLessThan(0.25);
    }
  }

  @Test
  void everyBatchOfEveryEpochHasAboutAsManyMaps() {
    LabeledImages images = images(23, 7);
    EpochOrder order = new EpochOrder(images, SeededRandom.of(4), MapBranch.MAPPED_IMAGES);
    int most = order.mappedPerBatch(BATCH);
    assertThat(most).isEqualTo(3);
    Set<ImageSource.Visit> seen = new HashSet<>();
    for (int step = 0; step < 23; step++) {
      List<ImageSource.Visit> taken = order.stretch((long) step * BATCH, BATCH);
      long mapped = taken.stream().filter(images::hasMap).count();
      assertThat(mapped).isBetween(1L, (long) most);
      assertThat(taken.stream().limit(mapped)).allMatch(images::hasMap);
      seen.addAll(taken);
    }
    assertThat(seen).hasSize(6 * 23);
  }

  @Test
  void aRunOnMappedImagesTrains() {
    LabeledImages images = images(10, 3);
    Harmonizer.Builder settings = SmallTask.settings().mode(Mode.INFERENCE);
    settings.mapBranch(MapBranch.MAPPED_IMAGES);
    TrainingResult result = settings.build().fit(images, backend);
    assertThat(result.settings()).containsEntry("map branch", "MAPPED_IMAGES");
    assertThat(result.epochs()).allMatch(epoch -> epoch.losses().harmonization() > 0);
  }

  /** In batch norm's and dropout's presence, and across a resumption between two map losses. */
  @Test
  void everyThirdStepHasTheMapLossThreefold() {
    LabeledImages images = images(10, 10);
    Recorder steps = new Recorder();
    Harmonizer.Builder settings = SmallTask.settings().mapLossEvery(3);
    TrainingResult whole = settings.listener(steps).build().fit(images, backend);
    for (int i = 0; i < steps.steps.size(); i++) {
      TrainingListener.Step step = steps.steps.get(i);
      TrainingListener.Losses losses = step.losses();
      boolean has = i % 3 == 0;
      assertThat(losses.harmonization() > 0).isEqualTo(has);
      assertThat(Double.isNaN(step.explanationDeviation())).isEqualTo(!has);
      double decay = SmallTask.objective().lambda2() * losses.weightDecay();
      assertThat(losses.total() - losses.crossEntropy() - decay)
          .isCloseTo(has ? 3 * losses.harmonization() : 0, within(1e-5));
    }
    SmallTask.MemoryStore store = new SmallTask.MemoryStore();
    store.failAt(6);
    Harmonizer saving = settings.checkpoints(store, 1).build();
    assertThatThrownBy(() -> saving.fit(images, backend)).isInstanceOf(UncheckedIOException.class);
    store.failAt(-1);
    assertThat(saving.fit(images, backend).parameters()).isEqualTo(whole.parameters());
  }

  @Test
  void refusesWhatCouplesImages() {
    Harmonizer.Builder settings = SmallTask.settings().mapBranch(MapBranch.MAPPED_IMAGES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.build().fit(images(10, 3), backend))
        .withMessageContaining("use inference mode");
    settings.mode(Mode.INFERENCE).inPartsOf(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.build().fit(images(10, 3), backend))
        .withMessageContaining("batch in parts");
  }

  private TrainStep step(HarmonizerObjective objective, Parameters initial, int mapped) {
    return step(objective, initial, BATCH, mapped);
  }

  private TrainStep step(HarmonizerObjective objective, Parameters initial, int batch, int mapped) {
    StepSettings settings =
        new StepSettings(
            Sgd.plain(),
            new Accumulation(1, batch),
            mapped,
            Mode.INFERENCE,
            GradientBalance.ABSOLUTE,
            Double.POSITIVE_INFINITY);
    return TrainStep.of(objective, settings, initial, backend);
  }

  private static void expected(Parameters whole, Parameters first) {
    for (String path : whole.paths()) {
      assertThat(first.value(path).toArray())
          .as(path)
          .containsExactly(whole.value(path).toArray(), within(1e-5f));
    }
  }

  /** Noise, of which the first images have a map. */
  private static LabeledImages images(int count, int mapped) {
    SeededRandom random = SeededRandom.of(8);
    int[] labels = new int[count];
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % SmallTask.CLASSES;
      weights[i] = i < mapped ? 1 : 0;
    }
    Shape image = SmallTask.IMAGE;
    Tensor pixels = Tensor.generate(image.within(count), i -> random.nextGaussian());
    Tensor maps =
        Tensor.generate(
            Shape.of(count, image.extent(1), image.extent(2)), i -> random.nextDouble());
    return LabeledImages.of(pixels, labels, SmallTask.CLASSES).withMaps(maps, weights);
  }
}
