package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.Augmentation;
import org.neuralharmonizer.data.DrawnCatalogue;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.data.Mixup;
import org.neuralharmonizer.data.PreparedImages;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.CrossEntropy;
import org.neuralharmonizer.loss.DecayRule;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.SmallTask.MemoryStore;
import org.neuralharmonizer.train.SmallTask.Recorder;

class HarmonizerTest {
  private static final int STEPS = 10;

  private final Backend backend = SmallTask.backend(2);
  private final LabeledImages images = SmallTask.images();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void theSameBitsOnAnyNumberOfThreads() {
    Recorder expected = new Recorder();
    Parameters parameters = trained(1, expected);
    assertThat(expected.steps).hasSize(STEPS);
    for (int threads : new int[] {1, 2, 7}) {
      Recorder actual = new Recorder();
      assertThat(trained(threads, actual)).as("%d threads", threads).isEqualTo(parameters);
      assertThat(actual.steps).as("%d threads", threads).isEqualTo(expected.steps);
    }
  }

  private Parameters trained(int threads, Recorder recorder) {
    try (Backend own = SmallTask.backend(threads)) {
      return SmallTask.settings().listener(recorder).build().fit(images, own).parameters();
    }
  }

  @Test
  void anotherSeedIsAnotherRun() {
    Parameters one = SmallTask.settings().build().fit(images, backend).parameters();
    Parameters other = SmallTask.settings().seed(6).build().fit(images, backend).parameters();
    assertThat(other).isNotEqualTo(one);
  }

  @Test
  void aRunStoppedAfterAnyStepResumesToTheBit() {
    Recorder whole = new Recorder();
    MemoryStore kept = new MemoryStore();
    SmallTask.settings().listener(whole).checkpoints(kept, 1).build().fit(images, backend);
    for (int everySteps : new int[] {1, 3}) {
      for (int stop = 1; stop <= STEPS; stop++) {
        MemoryStore store = new MemoryStore();
        stopAt(stop, store, everySteps);
        long resumedFrom = store.latest().map(Checkpoint::step).orElse(0L);
        assertThat(resumedFrom).isEqualTo(stop - 1 - (stop - 1) % everySteps);
        Recorder rest = new Recorder();
        resume(store, everySteps, rest);
        assertThat(rest.losses()).isEqualTo(whole.losses().subList((int) resumedFrom, STEPS));
        assertThat(store.latest()).as("stopped at %d", stop).isEqualTo(kept.latest());
      }
    }
  }

  private void stopAt(int stop, MemoryStore store, int everySteps) {
    Recorder stopping =
        new Recorder() {
          @Override
          public void stepped(Step step) {
            if (step.number() == stop) {
              throw new CancellationException("stopped at step " + stop);
            }
          }
        };
    Harmonizer harmonizer =
        SmallTask.settings().listener(stopping).checkpoints(store, everySteps).build();
    assertThatThrownBy(() -> harmonizer.fit(images, backend))
        .isInstanceOf(CancellationException.class);
  }

  private TrainingResult resume(MemoryStore store, int everySteps, Recorder recorder) {
    return SmallTask.settings()
        .listener(recorder)
        .checkpoints(store, everySteps)
        .build()
        .fit(images, backend);
  }

  @Test
  void aStoreThatFailsStopsTheRunWhichResumesToTheBit() {
    MemoryStore kept = new MemoryStore();
    Parameters expected =
        SmallTask.settings().checkpoints(kept, 1).build().fit(images, backend).parameters();
    for (int failing = 1; failing <= STEPS; failing++) {
      MemoryStore store = new MemoryStore();
      store.failAt(failing);
      assertThatThrownBy(() -> resume(store, 1, new Recorder()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("checkpoint: No space left on device");
      store.failAt(-1);
      assertThat(resume(store, 1, new Recorder()).parameters()).isEqualTo(expected);
    }
  }

  @Test
  void aFinishedRunIsNotRunAgain() {
    MemoryStore store = new MemoryStore();
    Parameters finished = resume(store, 4, new Recorder()).parameters();
    Recorder again = new Recorder();
    TrainingResult result = resume(store, 4, again);
    assertThat(again.steps).isEmpty();
    assertThat(result.epochs()).isEmpty();
    assertThat(result.parameters()).isEqualTo(finished);
  }

  @Test
  void otherSettingsAreRefusedByName() {
    MemoryStore store = new MemoryStore();
    resume(store, 1, new Recorder());
    Harmonizer other =
        Harmonizer.of(SmallTask.objective().withLambda1(2))
            .optimizer(Sgd.plain())
            .learningRate(LearningRateSchedule.constant(0.1))
            .mode(Mode.INFERENCE)
            .batch(4)
            .epochs(5)
            .seed(5)
            .checkpoints(store, 1)
            .build();
    assertThatThrownBy(() -> other.fit(images, backend))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "resume: the checkpoint belongs to another run (epochs was 4, now 5;"
                + " lambda1 was 1.0, now 2.0; mode was TRAINING, now INFERENCE;"
                + " optimizer was sgd(momentum 0.9, nesterov), now sgd(momentum 0.0);"
                + " schedule was cosine from 0.1 to 0 over 4.0 epochs after 1.0 of warm-up,"
                + " now constant 0.1)"
                + " — use the same settings, or start afresh in another folder");
  }

  /** What a run prints must not depend on the process it is printed in. */
  @Test
  void settingsNameNoAddresses() {
    HarmonizerObjective objective = SmallTask.objective();
    Harmonizer harmonizer =
        Harmonizer.of(
                objective
                    .withExplanation((logits, x, labels) -> logits.logits(x).sum())
                    .withMapLoss((saliency, human, weights) -> saliency.sum())
                    .withWeightDecay(
                        objective.weightDecay().withRule(each -> each.path().startsWith("fc"))))
            .learningRate(epoch -> 0.1)
            .build();
    Map<String, String> settings = harmonizer.settings(images);
    assertThat(settings)
        .containsEntry("explanation", "given as code")
        .containsEntry("map loss", "given as code")
        .containsEntry("schedule", "given as code")
        .containsEntry("weight decay", "0.5 times the squares of [fc.weight, fc.bias]");
    assertThat(SmallTask.settings().build().settings(images).values())
        .noneMatch(text -> text.contains("@") || text.contains("$$"));
  }

  @Test
  void decayRulesAreToldApartByWhatTheyChoose() {
    HarmonizerObjective objective = SmallTask.objective();
    Harmonizer everything =
        Harmonizer.of(
                objective.withWeightDecay(objective.weightDecay().withRule(DecayRule.everything())))
            .build();
    assertThat(everything.settings(images).get("weight decay"))
        .isNotEqualTo(Harmonizer.of(objective).build().settings(images).get("weight decay"));
  }

  @Test
  void everyImageIsUsedOncePerEpoch() {
    for (int batch : new int[] {1, 3, 4, 10, 25}) {
      List<Integer> used = usedImages(batch, 3);
      int step = Math.min(batch, 10);
      // The last step is filled up from the order of an epoch that is not trained.
      assertThat(used).hasSize((30 + step - 1) / step * step);
      for (int end = step; end <= used.size(); end += step) {
        int[] uses = new int[10];
        used.subList(0, end).forEach(image -> uses[image]++);
        for (int count : uses) {
          assertThat(count)
              .as("uses of an image in the first %d places, batch %d", end, batch)
              .isBetween(end / 10, (end + 9) / 10);
        }
      }
    }
  }

  /**
   * A linear network whose rate is so small that it learns next to nothing, and whose bias'
   * gradient therefore tells which images a step took: image i has the label distribution i.
   */
  private List<Integer> usedImages(int batch, int epochs) {
    int count = 10;
    Classifier linear =
        Classifier.of(
            Sequential.empty().then(Shaping.FLATTEN).then("fc", Dense.of(1, count)),
            Shape.of(1, 1, 1),
            count);
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i);
    LabeledImages data = LabeledImages.of(Tensor.zeros(Shape.of(count, 1, 1, 1)), labels, count);
    List<Integer> used = new ArrayList<>();
    CheckpointStore decoding =
        new CheckpointStore() {
          private float[] before = new float[count];

          @Override
          public void save(Checkpoint checkpoint) {
            float[] after = checkpoint.tensors().get("fc.bias").toArray();
            int step = Math.min(batch, count);
            for (int k = 0; k < count; k++) {
              // The bias moves by η (q − p): η/B per use of class k less η/K.
              double moved = (after[k] - before[k]) / 1e-3 + 1.0 / count;
              for (long n = Math.round(moved * step); n > 0; n--) {
                used.add(k);
              }
            }
            before = after;
          }

          @Override
          public Optional<Checkpoint> latest() {
            return Optional.empty();
          }
        };
    Harmonizer.of(
            HarmonizerObjective.asInReleasedCode(linear)
                .withCrossEntropy(CrossEntropy.plain())
                .withLambda1(0)
                .withLambda2(0))
        .optimizer(Sgd.plain())
        .learningRate(LearningRateSchedule.constant(1e-3))
        .startingFrom(
            Parameters.of(
                Map.of(
                    "fc.weight", Tensor.zeros(Shape.of(count, 1)),
                    "fc.bias", Tensor.zeros(Shape.of(count)))))
        .batch(batch)
        .epochs(epochs)
        .checkpoints(decoding, 1)
        .build()
        .fit(data, backend);
    return used;
  }

  @Test
  void eachEpochIsReportedOnce() {
    for (int batch : new int[] {1, 3, 4, 7, 10, 25}) {
      Recorder recorder = new Recorder();
      TrainingResult result =
          SmallTask.settings().batch(batch).listener(recorder).build().fit(images, backend);
      assertThat(recorder.epochs)
          .extracting(TrainingListener.Epoch::number)
          .containsExactly(1, 2, 3, 4);
      assertThat(result.epochs()).isEqualTo(recorder.epochs);
      assertThat(recorder.epochs)
          .allSatisfy(each -> assertThat(each.accuracy()).isBetween(0.0, 1.0));
      assertThat(recorder.steps.get(0).learningRate()).isZero();
    }
  }

  @Test
  void theMeansOfAnEpochAreThoseOfItsSteps() {
    Recorder recorder = new Recorder();
    SmallTask.settings().batch(5).listener(recorder).build().fit(images, backend);
    List<TrainingListener.Losses> losses = recorder.losses();
    TrainingListener.Losses mean = recorder.epochs.get(1).losses();
    assertThat(mean.total()).isEqualTo((losses.get(2).total() + losses.get(3).total()) / 2);
    assertThat(mean.harmonization())
        .isEqualTo((losses.get(2).harmonization() + losses.get(3).harmonization()) / 2);
  }

  @Test
  void anInfiniteRateEndsTheRunAndLeavesTheCheckpoint() {
    MemoryStore store = new MemoryStore();
    Harmonizer harmonizer =
        SmallTask.settings()
            .learningRate(epoch -> epoch > 1 ? 1e37 : 0.01)
            .checkpoints(store, 1)
            .build();
    assertThatThrownBy(() -> harmonizer.fit(images, backend))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("training: ")
        .hasMessageContaining("first arose in step ")
        .hasMessageEndingWith("— lower the learning rate, or lambda1");
    Checkpoint left = store.latest().orElseThrow();
    assertThat(left.step()).isBetween(3L, STEPS - 1L);
    assertThat(left.tensors().values())
        .allSatisfy(
            tensor -> {
              for (int i = 0; i < tensor.size(); i++) {
                assertThat(tensor.value(i)).isFinite();
              }
            });
  }

  @Test
  void aLossThatIsNotFiniteIsNamedWithItsStep() {
    Parameters wild =
        Parameters.of(
            Map.of(
                "fc.weight", Tensor.filled(Shape.of(3, 192), 1e38),
                "fc.bias", Tensor.zeros(Shape.of(3))));
    Classifier linear =
        Classifier.of(
            Sequential.empty().then(Shaping.FLATTEN).then("fc", Dense.of(192, 3)),
            SmallTask.IMAGE,
            3);
    Harmonizer harmonizer =
        Harmonizer.of(HarmonizerObjective.asInReleasedCode(linear).withLambda1(0))
            .startingFrom(wild)
            .build();
    assertThatThrownBy(() -> harmonizer.fit(images, backend))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "training: the loss is (NaN|Infinity) at step 1 \\(Losses\\[total=.*\\]\\),"
                + " of images \\[\\d.*\\d\\]"
                + "; -?Infinity first arose in step 1, next to \\[fc.weight\\], in .* = matmul.*"
                + " — lower the learning rate, or lambda1");
  }

  /** A value that broke in a later step is traced from the checkpoint, in a step of either kind. */
  @Test
  void theStepThatBrokeIsFoundAgain() {
    for (int everySteps : new int[] {1, 3, 100}) {
      Harmonizer harmonizer =
          SmallTask.settings()
              .learningRate(epoch -> epoch > 1 ? 1e37 : 0.01)
              .mapLossEvery(2)
              .checkpoints(new MemoryStore(), everySteps)
              .build();
      // The rate is wild from the fourth step on: a step later something overflows.
      assertThatThrownBy(() -> harmonizer.fit(images, backend))
          .as("checkpoints every %d steps", everySteps)
          .hasMessageMatching("(?s).* first arose in step [45], next to \\[.+\\], in .*");
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsNotSaved() {
    MemoryStore store = new MemoryStore();
    Optimizer broken =
        new Optimizer() {
          @Override
          public List<String> memory() {
            return List.of();
          }

          @Override
          public Change change(
              Parameter parameter, Expr gradient, List<Expr> memory, Progress progress) {
            return new Change(parameter.leaf().plus(Double.POSITIVE_INFINITY), List.of());
          }

          @Override
          public String description() {
            return "broken";
          }
        };
    Harmonizer harmonizer = SmallTask.settings().optimizer(broken).checkpoints(store, 1).build();
    assertThatThrownBy(() -> harmonizer.fit(images, backend))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "training: \"conv1.weight\" holds Infinity after step 1"
                + "; Infinity first arose in step 1, next to \\[.*\\], in .* = .* add .*"
                + " — lower the learning rate, or lambda1");
    assertThat(store.latest()).isEmpty();
  }

  @Test
  void imagesThatDoNotFitAreRefused() {
    LabeledImages other = LabeledImages.of(Tensor.zeros(Shape.of(2, 3, 9, 8)), new int[] {0, 1}, 2);
    assertThatThrownBy(() -> SmallTask.settings().build().fit(other, backend))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "training: images are [3, 9, 8] of 2 classes,"
                + " the network takes [3, 8, 8] of 3 classes");
  }

  @Test
  void nothingToHarmonizeWithIsRefused() {
    LabeledImages unmapped = SmallTask.unmapped(4);
    assertThatThrownBy(() -> SmallTask.settings().build().fit(unmapped, backend))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "training: none of the images has a human map, so there is nothing to harmonize with"
                + " — add maps, or set lambda1 to 0 to train plainly");
    TrainingResult plain =
        Harmonizer.of(SmallTask.objective().withLambda1(0))
            .epochs(1)
            .build()
            .fit(unmapped, backend);
    assertThat(plain.epochs().get(0).losses().harmonization()).isZero();
  }

  @Test
  void settingsBelowOneAreRefused() {
    Harmonizer.Builder builder = SmallTask.settings();
    assertThatThrownBy(() -> builder.batch(0))
        .hasMessage("training: batch must be at least 1, not 0");
    assertThatThrownBy(() -> builder.epochs(-1))
        .hasMessage("training: epochs must be at least 1, not -1");
    assertThatThrownBy(() -> builder.checkpoints(new MemoryStore(), 0))
        .hasMessage("training: steps per checkpoint must be at least 1, not 0");
  }

  /**
   * Crops and blends are drawn anew in each epoch, and in a resumed run as if there was no stop.
   */
  @Test
  void aPreparedSourceResumesToTheSameBits() {
    try (PreparedImages source = augmented(1)) {
      Parameters whole = SmallTask.settings().build().fit(source, backend).parameters();
      MemoryStore store = new MemoryStore();
      store.failAt(7);
      Harmonizer saving = SmallTask.settings().checkpoints(store, 1).build();
      assertThatThrownBy(() -> saving.fit(source, backend))
          .isInstanceOf(UncheckedIOException.class);
      store.failAt(-1);
      try (PreparedImages again = augmented(3)) {
        assertThat(saving.fit(again, backend).parameters()).isEqualTo(whole);
      }
    }
  }

  private static PreparedImages augmented(int threads) {
    DrawnCatalogue drawn = new DrawnCatalogue(SmallTask.SIZE, SmallTask.CLASSES, 9);
    return PreparedImages.of(drawn, SmallTask.CLASSES, 8, Preprocessing.unit())
        .augmentation(Augmentation.randomResizedCrop().mirroring(0.5))
        .mixup(Mixup.asInEarlierCode())
        .threads(threads)
        .build();
  }
}
