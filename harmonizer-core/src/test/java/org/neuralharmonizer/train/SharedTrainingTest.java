package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/** Training in shares, all of them computed here, against training on one machine. */
final class SharedTrainingTest {
  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = SmallTask.backend(1);
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @Test
  void twoSharesAreTheSameTrainingAsTwoParts() {
    // The sum of two floats is the same in double precision, rounded: so are the bits.
    assertSameParameters(SmallTask.settings(), SmallTask.settings().inPartsOf(2));
    assertSameParameters(
        SmallTask.settings().clipGradients(0.1).gradientBalance(GradientBalance.BALANCED),
        SmallTask.settings()
            .clipGradients(0.1)
            .gradientBalance(GradientBalance.BALANCED)
            .inPartsOf(2));
    assertSameParameters(
        SmallTask.settings().mapLossEvery(3), SmallTask.settings().mapLossEvery(3).inPartsOf(2));
    Harmonizer.Builder overMaps =
        Harmonizer.of(
                SmallTask.objective()
                    .withMapLoss(
                        HarmonizationLoss.asInReleasedCode()
                            .withLevels(2)
                            .withNormalization(HarmonizationLoss.Normalization.OVER_MAPPED)))
            .batch(4)
            .epochs(2);
    Parameters shared = shared(overMaps, Division.synchronous(2), 1);
    Parameters parts = overMaps.inPartsOf(2).build().fit(SmallTask.images(), backend).parameters();
    assertSameParameters(shared, parts);
  }

  @Test
  void reportsAreThoseOfOneMachine() {
    SmallTask.Recorder here = new SmallTask.Recorder();
    SmallTask.Recorder shared = new SmallTask.Recorder();
    SmallTask.settings().inPartsOf(2).listener(here).build().fit(SmallTask.images(), backend);
    shared(SmallTask.settings().listener(shared), Division.synchronous(2), 1);

    assertThat(shared.steps).hasSameSizeAs(here.steps);
    for (int i = 0; i < here.steps.size(); i++) {
      TrainingListener.Step expected = here.steps.get(i);
      TrainingListener.Step actual = shared.steps.get(i);
      // Sums of two addends, divided by powers of two.
      assertThat(actual).isEqualTo(expected);
    }
    assertThat(shared.epochs.stream().map(TrainingListener.Epoch::accuracy))
        .isEqualTo(here.epochs.stream().map(TrainingListener.Epoch::accuracy).toList());
  }

  @Test
  void sharesOfSeveralPartsAreTheWholeBatchToRounding() {
    Harmonizer.Builder frozen = SmallTask.settings().mode(Mode.INFERENCE);
    Map<String, Tensor> whole =
        frozen.build().fit(SmallTask.images(), backend).parameters().asMap();
    Map<String, Tensor> shared = shared(frozen.inPartsOf(1), Division.synchronous(2), 1).asMap();
    whole.forEach(
        (path, value) -> {
          for (int i = 0; i < value.size(); i++) {
            assertThat(shared.get(path).value(i)).isCloseTo(value.value(i), within(2e-5f));
          }
        });
  }

  @Test
  void whoComputesWhatDoesNotMatter() {
    for (Division division : List.of(Division.synchronous(4), Division.local(2, 3))) {
      Parameters one = shared(SmallTask.settings(), division, 1);
      Parameters three = shared(SmallTask.settings(), division, 3);
      assertThat(three.asMap()).isEqualTo(one.asMap());
    }
  }

  @Test
  void localStepsOfOneShareAreOrdinarySteps() {
    Map<String, Tensor> ordinary =
        SmallTask.settings()
            .mode(Mode.INFERENCE)
            .build()
            .fit(SmallTask.images(), backend)
            .parameters()
            .asMap();
    Map<String, Tensor> local =
        shared(SmallTask.settings().mode(Mode.INFERENCE), Division.local(1, 3), 1).asMap();
    assertThat(local).isEqualTo(ordinary);
  }

  @Test
  void averagesOfLocalStepsAreThoseOfStates() {
    // After one round of two shares every value is the mean of what the shares reached alone.
    List<List<float[]>> given = new ArrayList<>();
    SmallTask.MemoryStore store = new SmallTask.MemoryStore();
    Harmonizer harmonizer = SmallTask.settings().checkpoints(store, 100).build();
    Division division = Division.local(2, 100);
    try (ShareWorker worker = harmonizer.worker(SmallTask.images(), division, backend)) {
      harmonizer.fit(
          SmallTask.images(),
          backend,
          division,
          (done, count, state) -> {
            List<ShareWorker.Contribution> all =
                List.of(worker.work(done, count, 0, state), worker.work(done, count, 1, state));
            given.add(all.stream().map(ShareWorker.Contribution::values).toList());
            return sums(all);
          });
    }
    assertThat(given).hasSize(1);
    double sum = 0;
    for (float[] values : given.get(0)) {
      for (float value : values) {
        sum += value / 2;
      }
    }
    double mean = 0;
    for (Tensor value : store.latest().orElseThrow().tensors().values()) {
      for (int i = 0; i < value.size(); i++) {
        mean += value.value(i);
      }
    }
    assertThat(mean).isCloseTo(sum, within(1e-4));
  }

  @Test
  void anInterruptedRunEndsWithTheSameBits() {
    for (Division division : List.of(Division.synchronous(2), Division.local(2, 3))) {
      Parameters whole = shared(SmallTask.settings(), division, 1);
      SmallTask.MemoryStore store = new SmallTask.MemoryStore();
      Harmonizer.Builder saving = SmallTask.settings().checkpoints(store, 3);
      int[] rounds = {0};
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  shared(
                      saving,
                      division,
                      1,
                      () -> {
                        if (++rounds[0] == (division.local() ? 3 : 5)) {
                          throw new IllegalStateException("the cluster is gone");
                        }
                      }))
          .withMessage("the cluster is gone");
      assertThat(store.latest().orElseThrow().step()).isPositive();
      assertThat(shared(saving, division, 1).asMap()).isEqualTo(whole.asMap());
    }
  }

  @Test
  void aLossThatIsNotFiniteNamesTheImagesOfItsShare() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                shared(
                    SmallTask.settings().learningRate(LearningRateSchedule.constant(1e30)),
                    Division.synchronous(2),
                    1))
        .withMessageMatching(
            "training: the loss of share [01] is (NaN|Infinity) at step \\d+ .*, of images"
                + " \\[\\w+, \\w+\\] — lower the learning rate, or lambda1");
  }

  @Test
  void whatCannotBeDividedIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shared(SmallTask.settings(), Division.synchronous(3), 1))
        .withMessageContaining("a batch of 4 does not fall into 3 equal shares");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Division.synchronous(0))
        .withMessageContaining("0 shares");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                shared(
                    SmallTask.settings().mapBranch(MapBranch.MAPPED_IMAGES),
                    Division.synchronous(2),
                    1))
        .withMessageContaining("map branch");
    Harmonizer harmonizer = SmallTask.settings().build();
    Division division = Division.synchronous(2);
    try (ShareWorker worker = harmonizer.worker(SmallTask.images(), division, backend)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> worker.work(0, 1, 2, new float[1]))
          .withMessageContaining("share 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> worker.work(0, 1, 0, new float[1]))
          .withMessageContaining("1 values came where");
    }
  }

  private static void assertSameParameters(Harmonizer.Builder sharing, Harmonizer.Builder inParts) {
    assertSameParameters(
        shared(sharing, Division.synchronous(2), 1),
        inParts.build().fit(SmallTask.images(), backend).parameters());
  }

  /** All but running statistics, which parts move one after the other and shares together. */
  private static void assertSameParameters(Parameters actual, Parameters expected) {
    expected
        .asMap()
        .forEach(
            (path, value) -> {
              if (!path.contains("running")) {
                assertThat(actual.value(path)).as(path).isEqualTo(value);
              }
            });
  }

  private static Parameters shared(Harmonizer.Builder builder, Division division, int workers) {
    return shared(builder, division, workers, () -> {});
  }

  /** Shares are taken in a random order, by some workers in turn. */
  private static Parameters shared(
      Harmonizer.Builder builder, Division division, int workers, Runnable before) {
    LabeledImages images = SmallTask.images();
    Harmonizer harmonizer = builder.build();
    List<ShareWorker> all = new ArrayList<>();
    Random random = new Random(1);
    try {
      for (int i = 0; i < workers; i++) {
        all.add(harmonizer.worker(images, division, backend));
      }
      ShareSums here =
          (done, count, state) -> {
            before.run();
            List<Integer> order =
                new ArrayList<>(IntStream.range(0, division.shares()).boxed().toList());
            Collections.shuffle(order, random);
            ShareWorker.Contribution[] given = new ShareWorker.Contribution[division.shares()];
            for (int share : order) {
              given[share] = all.get(random.nextInt(workers)).work(done, count, share, state);
            }
            return sums(List.of(given));
          };
      return harmonizer.fit(images, backend, division, here).parameters();
    } finally {
      all.forEach(ShareWorker::close);
    }
  }

  static ShareSums.Sums sums(List<ShareWorker.Contribution> given) {
    float[] values = new float[given.get(0).values().length];
    for (int i = 0; i < values.length; i++) {
      double sum = 0;
      for (ShareWorker.Contribution each : given) {
        sum += each.values()[i];
      }
      values[i] = (float) sum;
    }
    return new ShareSums.Sums(
        given.stream().map(ShareWorker.Contribution::outcome).toList(), values);
  }
}
