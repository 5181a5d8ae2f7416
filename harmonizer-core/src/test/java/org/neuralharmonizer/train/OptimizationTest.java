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

  /** The gradient is 2 (θ − target), as of a square. */
  private static void assertFollows(Sgd sgd, double momentum, double nesterov) {
    double[] targets = {1, -2, 0.5};
    double[] theta = {0, 0, 3};
    double[] velocity = new double[3];
    Shape shape = Shape.of(3);
    try (Backend backend = SmallTask.backend(1);
        Executable step = backend.load(signature(sgd, shape, targets))) {
      for (int n = 0; n < 50; n++) {
        double rate = 0.1 / (1 + n);
        step.run(List.of(Tensor.scalar(rate)));
        for (int i = 0; i < 3; i++) {
          double gradient = 2 * (theta[i] - targets[i]);
          velocity[i] = momentum * velocity[i] + gradient;
          theta[i] -= rate * (nesterov > 0 ? gradient + momentum * velocity[i] : velocity[i]);
          // Fifty steps that each round values below 4 to 24 bits.
          assertThat((double) step.read(0).value(i)).isCloseTo(theta[i], within(2e-5));
        }
      }
    }
  }

  private static Signature signature(Sgd sgd, Shape shape, double[] targets) {
    Expr theta = Expr.input("theta", shape);
    Expr rate = Expr.input("rate", Shape.SCALAR);
    Expr goal = Expr.constant(Tensor.generate(shape, i -> targets[i]));
    List<Signature.Variable> variables = new ArrayList<>();
    variables.add(new Signature.Variable(theta, Tensor.of(shape, 0, 0, 3)));
    List<Expr> memory = new ArrayList<>();
    for (String name : sgd.memory()) {
      memory.add(Expr.input(name, shape));
      variables.add(new Signature.Variable(memory.get(0), Tensor.zeros(shape)));
    }
    Optimizer.Change change = sgd.change(theta, theta.minus(goal).times(2), memory, rate);
    List<Signature.Update> updates = new ArrayList<>();
    updates.add(new Signature.Update(theta, change.parameter()));
    for (int i = 0; i < memory.size(); i++) {
      updates.add(new Signature.Update(memory.get(i), change.memory().get(i)));
    }
    return new Signature(List.of(rate), variables, List.of(), updates);
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
