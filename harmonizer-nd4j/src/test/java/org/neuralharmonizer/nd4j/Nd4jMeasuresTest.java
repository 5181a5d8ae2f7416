package org.neuralharmonizer.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.GaussianPyramid;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;
import org.neuralharmonizer.train.SmallTask;

/** Against the same on the built-in backend, which the reference values are compared with. */
class Nd4jMeasuresTest {
  /** Single precision through five levels of sums. */
  private static final double TOLERANCE = 1e-5;

  private final Nd4jMeasures measures = Nd4jMeasures.on("nd4j-cpu");

  @AfterEach
  void close() {
    measures.close();
  }

  @Test
  void pyramids() {
    Tensor maps = noise(Shape.of(2, 40, 30), 1);
    Expr input = Expr.input("maps", maps.shape());
    List<Tensor> expected =
        onCpu(List.of(input), List.of(maps), GaussianPyramid.of().levels(input, 4));
    INDArray array = Nd4jTensors.toINDArray(maps);
    List<INDArray> levels = measures.pyramid(GaussianPyramid.of(), array, 4);
    assertThat(levels).hasSameSizeAs(expected);
    for (int i = 0; i < levels.size(); i++) {
      near(levels.get(i), expected.get(i));
    }
    assertThat(Nd4jTensors.of(array)).isEqualTo(maps);
  }

  @ParameterizedTest
  @ValueSource(strings = {"paper", "released"})
  void mapLossesAndTheirGradients(String form) {
    HarmonizationLoss loss =
        form.equals("paper")
            ? HarmonizationLoss.asInPaper().withLevels(4)
            : HarmonizationLoss.asInReleasedCode().withLevels(4);
    Tensor saliency = noise(Shape.of(3, 32, 32), 1);
    Tensor human = noise(Shape.of(3, 32, 32), 2);
    Tensor weights = Tensor.of(Shape.of(3), 1, 0, 0.5f);
    List<Tensor> values = List.of(saliency, human, weights);
    List<Expr> inputs = values.stream().map(each -> Expr.input("x", each.shape())).toList();
    Expr value = loss.loss(inputs.get(0), inputs.get(1), inputs.get(2));
    Expr gradient = Derivatives.grad(value, inputs.subList(0, 1)).get(0);
    List<Tensor> expected = onCpu(inputs, values, List.of(value, gradient));
    for (int again = 0; again < 2; again++) {
      Nd4jMeasures.LossAndGradient result =
          measures.mapLoss(
              loss,
              Nd4jTensors.toINDArray(saliency),
              Nd4jTensors.toINDArray(human),
              Nd4jTensors.toINDArray(weights));
      assertThat(result.value().rank()).isZero();
      near(result.value(), expected.get(0));
      near(result.gradient(), expected.get(1));
    }
  }

  @Test
  void explanationsOfANetwork() {
    Classifier classifier = SmallTask.classifier();
    Parameters parameters = classifier.initialize(1);
    LabeledImages images = SmallTask.images();
    Tensor expected;
    try (Backend cpu = Backends.named("cpu");
        Predictor predictor = Predictor.of(classifier, parameters, cpu, 16)) {
      expected = predictor.explain(Saliency.asEvaluated(), images);
    }
    LabeledImages.Batch all = images.all();
    near(
        measures.explain(
            Saliency.asEvaluated(),
            classifier,
            parameters,
            Nd4jTensors.toINDArray(all.images()),
            Nd4jTensors.toINDArray(all.labels())),
        expected);
  }

  /** A training elsewhere asks again and again, with values and shapes of its own. */
  @Test
  void otherParametersAndManyShapesAreServed() {
    Classifier classifier = SmallTask.classifier();
    LabeledImages.Batch all = SmallTask.images().all();
    INDArray images = Nd4jTensors.toINDArray(all.images());
    INDArray labels = Nd4jTensors.toINDArray(all.labels());
    List<Tensor> maps = new ArrayList<>();
    for (int seed : new int[] {1, 2, 1}) {
      maps.add(
          Nd4jTensors.of(
              measures.explain(
                  Saliency.asTrained(), classifier, classifier.initialize(seed), images, labels)));
    }
    assertThat(maps.get(1)).isNotEqualTo(maps.get(0));
    assertThat(maps.get(2)).isEqualTo(maps.get(0));
    for (int size = 8; size < 28; size++) {
      INDArray map = Nd4jTensors.toINDArray(noise(Shape.of(1, size, size), size));
      assertThat(measures.pyramid(GaussianPyramid.of(), map, 2)).hasSize(2);
    }
  }

  @Test
  void rankCorrelation() {
    INDArray map = Nd4jTensors.toINDArray(noise(Shape.of(9, 7), 3));
    assertThat(Nd4jMeasures.agreement(AlignmentMeasure.spearman(), map, map.mul(3)).getAsDouble())
        .isEqualTo(1, within(1e-12));
    assertThat(Nd4jMeasures.agreement(AlignmentMeasure.spearman(), map, map.neg()).getAsDouble())
        .isEqualTo(-1, within(1e-12));
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> Nd4jMeasures.on("cpu"))
        .hasMessageContaining("\"cpu\" does not run on ND4J's arrays — use nd4j-cpu");
    assertThatThrownBy(
            () -> measures.pyramid(GaussianPyramid.of(), Nd4j.create(DataType.DOUBLE, 1, 8, 8), 2))
        .hasMessageContaining("it holds DOUBLE, tensors hold FLOAT");
    assertThatThrownBy(
            () -> measures.pyramid(GaussianPyramid.of(), Nd4j.create(DataType.FLOAT, 8, 8), 2))
        .hasMessageContaining("[8, 8]");
  }

  private static Tensor noise(Shape shape, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return Tensor.generate(shape, i -> random.nextGaussian());
  }

  private static List<Tensor> onCpu(List<Expr> inputs, List<Tensor> values, List<Expr> outputs) {
    try (Backend cpu = Backends.named("cpu");
        Executable executable = cpu.load(Signature.of(inputs, outputs))) {
      return executable.run(values);
    }
  }

  private static void near(INDArray actual, Tensor expected) {
    Tensor values = Nd4jTensors.of(actual);
    assertThat(values.shape()).isEqualTo(expected.shape());
    double scale = 0;
    for (int i = 0; i < expected.size(); i++) {
      scale = Math.max(scale, Math.abs(expected.value(i)));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertThat((double) values.value(i)).isEqualTo(expected.value(i), within(TOLERANCE * scale));
    }
  }
}
