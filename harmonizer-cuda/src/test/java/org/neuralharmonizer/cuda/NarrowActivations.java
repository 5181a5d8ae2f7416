package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.ConformancePrograms;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.SmallTask;
import org.neuralharmonizer.train.TrainingListener;

/** Values kept as bfloat16, on any device. */
abstract class NarrowActivations {

  /** Half the distance from one of 8 significant bits to the next, of the smallest of a binade. */
  private static final double OF_ROUNDING = 1.0 / (1 << 8);

  /**
   * Products may round an operand besides; others are in single precision before they are stored.
   */
  private static final double OF_PRODUCT = 2 * OF_ROUNDING;

  private static final double OF_SINGLE = 1e-5;

  /** Losses differ by rounding, and from some step on because a rectifier decides otherwise. */
  private static final double OF_TRAINING = 0.1;

  private static final double RATE = 0.02;

  /** Opens the backend under test. */
  abstract CudaBackend open(BackendOptions options, int leastNarrow);

  /** One of how many programs is run, and of how many epochs one. */
  abstract int sampling();

  private CudaBackend open() {
    return open(
        BackendOptions.defaults().withThreads(2).withActivations(ActivationFormat.BFLOAT16), 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fusion.class,
      names = {"NONE", "ELEMENTWISE"})
  void everyStepMakesOfItsOperandsWhatItShould(Fusion fusion) {
    int[] count = new int[2];
    try (CudaBackend backend = open()) {
      Stream<ConformancePrograms.Run> runs = ConformancePrograms.ordinary(fusion);
      runs.forEach(
          run -> {
            if (count[0]++ % sampling() == 0) {
              count[1] += check(backend, run.program(), run.arguments());
            }
          });
    }
    assertThat(count[1]).as("values kept as bfloat16").isPositive();
  }

  /** Compares each step; yields how many storages are narrow. */
  private static int check(CudaBackend backend, Program program, List<Tensor> arguments) {
    Set<Integer> narrow = NarrowStorages.of(program, 1);
    StepMeaning meaning = new StepMeaning(program, arguments, narrow);
    try (Executable executable = backend.load(program)) {
      executable.run(
          arguments,
          (index, step, outputs) -> {
            List<double[]> expected = meaning.outputs(step);
            for (int i = 0; i < outputs.size(); i++) {
              Slot slot = step.outputs().get(i);
              boolean isNarrow = narrow.contains(slot.storage());
              near(step, outputs.get(i), expected.get(i), tolerance(step, isNarrow, narrow));
              meaning.store(slot, outputs.get(i));
            }
          });
      // As one kernel what is several steps when it is observed.
      List<Tensor> together = executable.run(arguments);
      List<Tensor> apart = executable.run(arguments, (index, step, outputs) -> {});
      assertThat(together).isEqualTo(apart);
    }
    return narrow.size();
  }

  private static double tolerance(Step step, boolean isNarrow, Set<Integer> narrow) {
    boolean roundsOperands =
        step instanceof Step.Apply apply
            && switch (apply.primitive().code()) {
              case MATMUL, CONV2D, CONV2D_INPUT, CONV2D_FILTER ->
                  Stream.concat(step.inputs().stream(), step.outputs().stream())
                      .anyMatch(slot -> narrow.contains(slot.storage()));
              default -> false;
            };
    return roundsOperands ? OF_PRODUCT : isNarrow ? OF_ROUNDING : OF_SINGLE;
  }

  private static void near(Step step, Tensor actual, double[] expected, double tolerance) {
    double distance = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      distance = Math.hypot(distance, actual.value(i) - expected[i]);
      norm = Math.hypot(norm, expected[i]);
    }
    assertThat(distance).as("%s", step).isLessThanOrEqualTo(tolerance * Math.max(norm, 1));
  }

  @Test
  void trainingComesDownAsInSinglePrecision() {
    List<Double> expected;
    try (Backend single = Backends.named("cpu", BackendOptions.defaults().withThreads(2))) {
      expected = losses(single);
    }
    List<Double> actual;
    try (CudaBackend narrow = open()) {
      actual = losses(narrow);
      assertThat(losses(narrow)).as("another run").isEqualTo(actual);
    }
    assertThat(actual).hasSameSizeAs(expected).isNotEqualTo(expected);
    double mean = expected.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertThat(actual.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
        .isCloseTo(mean, within(OF_TRAINING * mean));
  }

  private List<Double> losses(Backend backend) {
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(TrainingListener.Step step) {
            losses.add(step.losses().total());
          }
        };
    SmallTask.settings()
        .learningRate(LearningRateSchedule.constant(RATE))
        .epochs(80 / sampling())
        .listener(listener)
        .build()
        .fit(SmallTask.images(), backend);
    return losses;
  }
}
