package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Schedules at their corners, and the optimizer's rule against a plain loop. */
class OptimizationTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.2", "2, 0.4", "6, 0.2", "10, 0", "11, 0", "4, 0.34142136"})
  void cosineWithWarmUp(double epoch, double rate) {
    LearningRateSchedule schedule = LearningRateSchedule.warmUpCosine(0.4, 2, 10);
    // 0.4 · (1 + cos(π / 4)) / 2 is given to eight digits.
    assertThat(schedule.rate(epoch)).isCloseTo(rate, within(1e-8));
    assertThat(schedule).hasToString("cosine from 0.4 to 0 over 10.0 epochs after 2.0 of warm-up");
  }

  @Test
  void cosineWithoutWarmUpBeginsAtThePeak() {
    assertThat(LearningRateSchedule.warmUpCosine(0.4, 0, 10).rate(0)).isEqualTo(0.4);
    assertThatThrownBy(() -> LearningRateSchedule.warmUpCosine(0.4, 10, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: warm-up of 10.0 epochs must be shorter than training of 10.0");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.5, 0.5",
    "1, 1",
    "2.999, 1",
    "3, 0.1",
    "5.999, 0.1",
    "6, 0.01",
    "99, 0.01"
  })
  void stepsWithWarmUp(double epoch, double rate) {
    LearningRateSchedule schedule = LearningRateSchedule.warmUpSteps(1, 1, 0.1, 6, 3);
    assertThat(schedule.rate(epoch)).isCloseTo(rate, within(1e-15));
    assertThat(schedule).hasToString("1.0 times 0.1 at epochs [3.0, 6.0] after 1.0 of warm-up");
  }

  @Test
  void constant() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(0.3);
    assertThat(schedule.rate(0)).isEqualTo(0.3);
    assertThat(schedule.rate(7)).isEqualTo(0.3);
    assertThat(schedule).hasToString("constant 0.3");
  }

  @Test
  void sgdFollowsItsRule() {
    assertFollows(Sgd.plain(), 0, 0);
    assertFollows(Sgd.withMomentum(0.9), 0.9, 0);
    assertFollows(Sgd.withNesterovMomentum(0.9), 0.9, 1);
    assertThatThrownBy(() -> Sgd.withMomentum(1))
        .hasMessage("sgd: momentum must lie in [0, 1), not 1.0");
    assertThatThrownBy(() -> Sgd.withMomentum(Double.NaN))
        .hasMessage("sgd: momentum must lie in [0, 1), not NaN");
  }

  @Test
  void adamFollowsItsRule() {
    double[] mean = new double[3];
    double[] square = new double[3];
    assertFollows(
        Adam.withDecay(0.1).withBetas(0.8, 0.99).withEpsilon(1e-3),
        (i, value, gradient, rate, step) -> {
          mean[i] = 0.8 * mean[i] + 0.2 * gradient;
          square[i] = 0.99 * square[i] + 0.01 * gradient * gradient;
          double corrected = mean[i] / (1 - Math.pow(0.8, step));
          double root = Math.sqrt(square[i] / (1 - Math.pow(0.99, step)));
          return value - rate * (corrected / (root + 1e-3) + 0.1 * value);
        });
    assertThat(Adam.standard().description())
        .isEqualTo("adam(beta 0.9 and 0.999, epsilon 1.0E-8, decoupled decay 0.0)");
    assertThatThrownBy(() -> Adam.standard().withBetas(0.9, 1))
        .hasMessage("adam: beta must lie in [0, 1), not 1.0");
    assertThatThrownBy(() -> Adam.withDecay(-1)).hasMessageContaining("weight decay not negative");
  }

  @Test
  void whatDoesNotDecayIsLeftToTheGradient() {
    double[] mean = new double[3];
    double[] square = new double[3];
    assertFollows(
        Adam.standard().withBetas(0, 0).decaying(0.5, parameter -> false),
        (i, value, gradient, rate, step) -> {
          mean[i] = gradient;
          square[i] = gradient * gradient;
          return value - rate * mean[i] / (Math.sqrt(square[i]) + 1e-8);
        });
  }

  @Test
  void groupsHaveRatesOfTheirOwn() {
    Rule doubled = (i, value, gradient, rate, step) -> value - 2 * rate * gradient;
    assertFollows(
        ParameterGroups.of(Sgd.plain()).rate("the.*", 2).rate("theta", 5).frozen(".*"), doubled);
    ParameterGroups frozen = ParameterGroups.of(Sgd.withMomentum(0.9)).frozen("theta");
    assertFollows(frozen, (i, value, gradient, rate, step) -> value);
    assertThat(frozen.description()).isEqualTo("sgd(momentum 0.9) with theta frozen");
    assertThatThrownBy(() -> frozen.rate("x", 0)).hasMessageContaining("freeze by frozen()");
  }

  @Test
  void averagesAreMeansFirstAndThenForget() {
    WeightAveraging averaging = WeightAveraging.of(Sgd.plain(), 0.75);
    double[] average = new double[3];
    try (Backend backend = SmallTask.backend(1);
        Executable run = backend.load(signature(averaging))) {
      for (int step = 1; step <= 10; step++) {
        run.run(List.of(Tensor.scalar(0.05), Tensor.scalar(step)));
        double kept = Math.min(0.75, (step - 1.0) / step);
        for (int i = 0; i < 3; i++) {
          average[i] = kept * average[i] + (1 - kept) * run.read(0).value(i);
          assertThat((double) run.read(1).value(i)).isCloseTo(average[i], within(1e-5));
        }
      }
    }
    assertThatThrownBy(() -> WeightAveraging.of(Sgd.plain(), 1))
        .hasMessage("weight averaging: the decay must lie in (0, 1), not 1.0");
  }

  @Test
  void theAverageOfWhatIsFrozenIsWhatItIs() {
    Optimizer optimizer =
        ParameterGroups.of(WeightAveraging.of(Adam.withDecay(0.1), 0.75)).frozen("theta");
    try (Backend backend = SmallTask.backend(1);
        Executable run = backend.load(signature(optimizer))) {
      for (int step = 1; step <= 5; step++) {
        run.run(List.of(Tensor.scalar(0.05), Tensor.scalar(step)));
        assertThat(run.read(0)).isEqualTo(Tensor.of(Shape.of(3), 0, 0, 3));
      }
      int average = optimizer.memory().size();
      for (int i = 0; i < 3; i++) {
        // Five steps that each round to 24 bits.
        assertThat((double) run.read(average).value(i))
            .isCloseTo(run.read(0).value(i), within(2e-6));
      }
    }
  }

  /** How an optimizer changes one number. */
  @FunctionalInterface
  private interface Rule {
    double next(int i, double value, double gradient, double rate, int step);
  }

  private static final double[] TARGETS = {1, -2, 0.5};

  private static void assertFollows(Sgd sgd, double momentum, double nesterov) {
    double[] velocity = new double[3];
    assertFollows(
        sgd,
        (i, value, gradient, rate, step) -> {
          velocity[i] = momentum * velocity[i] + gradient;
          return value - rate * (nesterov > 0 ? gradient + momentum * velocity[i] : velocity[i]);
        });
  }

  /** The gradient is 2 (θ − target), as of a square. */
  private static void assertFollows(Optimizer optimizer, Rule rule) {
    double[] theta = {0, 0, 3};
    try (Backend backend = SmallTask.backend(1);
        Executable run = backend.load(signature(optimizer))) {
      for (int step = 1; step <= 50; step++) {
        double rate = 0.1 / step;
        run.run(List.of(Tensor.scalar(rate), Tensor.scalar(step)));
        for (int i = 0; i < 3; i++) {
          theta[i] = rule.next(i, theta[i], 2 * (theta[i] - TARGETS[i]), rate, step);
          // Fifty steps that each round values below 4 to 24 bits; 1 − βᵗ is off by 6e-6 at β 0.99.
          assertThat((double) run.read(0).value(i)).isCloseTo(theta[i], within(2e-5));
        }
      }
    }
  }

  private static Signature signature(Optimizer optimizer) {
    Shape shape = Shape.of(TARGETS.length);
    Expr leaf = Expr.input("theta", shape);
    Parameter theta =
        new Parameter("theta", shape, ParameterRole.WEIGHT, Initializer.zeros(), leaf);
    Expr rate = Expr.input("rate", Shape.SCALAR);
    Expr step = Expr.input("step", Shape.SCALAR);
    Expr goal = Expr.constant(Tensor.generate(shape, i -> TARGETS[i]));
    List<Signature.Variable> variables = new ArrayList<>();
    variables.add(new Signature.Variable(leaf, Tensor.of(shape, 0, 0, 3)));
    List<Expr> memory = new ArrayList<>();
    for (String name : optimizer.memory()) {
      memory.add(Expr.input(name, shape));
      variables.add(new Signature.Variable(memory.get(memory.size() - 1), Tensor.zeros(shape)));
    }
    Optimizer.Change change =
        optimizer.change(
            theta, leaf.minus(goal).times(2), memory, new Optimizer.Progress(rate, step));
    List<Signature.Update> updates = new ArrayList<>();
    updates.add(new Signature.Update(leaf, change.parameter()));
    for (int i = 0; i < memory.size(); i++) {
      updates.add(new Signature.Update(memory.get(i), change.memory().get(i)));
    }
    return new Signature(List.of(rate, step), variables, List.of(), updates);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void ratesThatAreNoneAreRefused(double rate) {
    for (ThrowingCallable schedule :
        List.<ThrowingCallable>of(
            () -> LearningRateSchedule.constant(rate),
            () -> LearningRateSchedule.warmUpCosine(rate, 1, 2),
            () -> LearningRateSchedule.warmUpSteps(rate, 1, 0.1, 2))) {
      assertThatThrownBy(schedule)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("schedule: the learning rate must be finite and not negative, not " + rate);
    }
  }
}
