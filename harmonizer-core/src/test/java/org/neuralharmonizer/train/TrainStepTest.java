package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class TrainStepTest {
  private static final int LAYERS = 4;

  /** Forward, and backward to filter and input, but no gradient by the image. */
  @Test
  void plainTrainingConvolvesThreeTimesPerLayer() {
    assertThat(convolutions(step(0))).isEqualTo(3 * LAYERS - 1);
  }

  /**
   * The floor for a piecewise-linear network: forward f(x), backward to the image, and the same
   * again in the reverse sweep of both, each pass of which is a convolution per layer:
   *
   * <p>1 forward · 2 saliency, down to the image · 3 the tangent u pushed forward through the
   * linearised layers · 4 cross-entropy back to the inputs, which the first layer needs not · 5, 6
   * gradients by the filters of passes 1 and 2.
   */
  @Test
  void harmonizedTrainingConvolvesSixTimesPerLayer() {
    assertThat(convolutions(step(1))).isEqualTo(6 * LAYERS - 1);
  }

  @Test
  void withoutLambda1TheMapsAreTakenAndNotUsed() {
    Program program = step(0);
    assertThat(program.arguments()).extracting(Program.Argument::name).contains("maps");
    assertThat(program.toString()).doesNotContain("conv2d filter 3");
  }

  private static Program step(double lambda1) {
    Classifier classifier =
        ReferenceCnn.of(3).withImage(SmallTask.IMAGE).withWidths(4, 5, 6, 7).classifier();
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(1))
            .withLambda1(lambda1);
    try (Backend backend = SmallTask.backend(1);
        TrainStep step =
            TrainStep.of(
                objective, Sgd.plain(), classifier.initialize(1), 2, Mode.TRAINING, backend)) {
      return step.program();
    }
  }

  private static long convolutions(Program program) {
    return program.steps().stream()
        .filter(Step.Apply.class::isInstance)
        .map(step -> ((Step.Apply) step).primitive().code())
        .filter(
            code -> code == Code.CONV2D || code == Code.CONV2D_INPUT || code == Code.CONV2D_FILTER)
        .count();
  }

  @Test
  void theDeviationOfTheExplanationsIsReported() {
    HarmonizerObjective objective = SmallTask.objective();
    Parameters parameters = objective.classifier().initialize(1);
    LabeledImages images = SmallTask.images();
    double expected = 0;
    try (Backend backend = SmallTask.backend(1);
        Predictor predictor = Predictor.of(objective.classifier(), parameters, backend, 10)) {
      Tensor maps = predictor.explain(objective.explanation(), images);
      for (int i = 0; i < images.size(); i++) {
        Tensor map = maps.slice(i);
        double[] values = IntStream.range(0, map.size()).mapToDouble(map::value).toArray();
        expected += Math.sqrt(StatUtils.populationVariance(values)) / images.size();
      }
    }
    // Single precision, a few hundred roundings in the network.
    assertThat(first(objective, parameters, images.all()).explanationDeviation())
        .isCloseTo(expected, withPercentage(1e-3));
    assertThat(first(objective.withLambda1(0), parameters, images.all()).explanationDeviation())
        .isNaN();
  }

  @Test
  void constantExplanationsAreReportedAndChangeNothingByTheMapLoss() {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    Parameters drawn = SmallTask.classifier().initialize(1);
    drawn.paths().forEach(path -> zeros.put(path, Tensor.zeros(drawn.value(path).shape())));
    TrainStep.Outcome outcome =
        first(SmallTask.objective(), Parameters.of(zeros), SmallTask.images().all());
    assertThat(outcome.explanationDeviation()).isZero();
    assertThat(outcome.losses().total()).isFinite();
  }

  @Test
  void aBatchWithoutMapsHasNoMapLoss() {
    TrainStep.Outcome outcome =
        first(
            SmallTask.objective(),
            SmallTask.classifier().initialize(1),
            SmallTask.unmapped(SmallTask.SIZE).all());
    assertThat(outcome.losses().harmonization()).isZero();
    assertThat(outcome.losses().total()).isFinite();
  }

  /** The outcome of one step, after which every value must be finite. */
  private static TrainStep.Outcome first(
      HarmonizerObjective objective, Parameters initial, LabeledImages.Batch images) {
    try (Backend backend = SmallTask.backend(1);
        TrainStep step =
            TrainStep.of(
                objective, Sgd.plain(), initial, SmallTask.SIZE, Mode.INFERENCE, backend)) {
      TrainStep.Outcome outcome = step.run(images, 0.1, SeededRandom.of(1));
      step.state()
          .forEach(
              (name, value) ->
                  assertThat(IntStream.range(0, value.size()).mapToDouble(value::value))
                      .as(name)
                      .allMatch(Double::isFinite));
      return outcome;
    }
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWhole() {
    try (Backend backend = SmallTask.backend(1);
        TrainStep step =
            TrainStep.of(
                SmallTask.objective(),
                Sgd.withMomentum(0.9),
                SmallTask.classifier().initialize(1),
                2,
                Mode.TRAINING,
                backend)) {
      Map<String, Tensor> before = step.state();
      Map<String, Tensor> wrong = new LinkedHashMap<>(before);
      wrong.replaceAll((name, value) -> Tensor.zeros(value.shape()));
      wrong.remove("velocity of fc.bias");
      wrong.put("fc.bias", Tensor.zeros(Shape.of(4)));
      wrong.put("gamma", Tensor.scalar(1));
      assertThatThrownBy(() -> step.restore(wrong, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "restore: the state belongs to another network or optimizer:"
                  + " \"fc.bias\" is [4], the step expects [3]; missing \"velocity of fc.bias\";"
                  + " left over \"gamma\" — use the ones it was saved with");
      assertThat(step.state()).isEqualTo(before);
      assertThat(step.parameters().paths()).isEqualTo(SmallTask.classifier().initialize(1).paths());
    }
  }
}
