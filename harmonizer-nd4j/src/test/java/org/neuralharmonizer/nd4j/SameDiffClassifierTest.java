package org.neuralharmonizer.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.Predictor;

class SameDiffClassifierTest {
  private static final int CHANNELS = 4;
  private static final int SIZE = 6;
  private static final int CLASSES = 3;

  /**
   * Two implementations in single precision, each within a few roundings of the sums of up to 150
   * products of numbers of order 1.
   */
  private static final double TOLERANCE = 2e-5;

  /** A graph under construction. */
  private record Building(SameDiff graph, SeededRandom random) {
    SDVariable variable(String name, int... extents) {
      return graph.var(name, array(extents));
    }

    SDVariable constant(String name, int... extents) {
      return graph.constant(name, array(extents));
    }

    SDVariable positive(String name, int... extents) {
      return graph.constant(name, Nd4j.math().abs(array(extents)).addi(0.5));
    }

    INDArray array(int... extents) {
      return Nd4jTensors.toINDArray(
          Tensor.generate(Shape.of(extents), i -> 0.5 * random.nextGaussian()));
    }
  }

  private interface Operation {
    SDVariable apply(Building building, SDVariable x);
  }

  static Stream<Arguments> operations() {
    return Stream.of(
        each("relu", (b, x) -> b.graph.nn().relu(x, 0)),
        each("relu6", (b, x) -> b.graph.nn().relu6(x.mul(9), 0)),
        each("leakyRelu", (b, x) -> b.graph.nn().leakyRelu(x, 0.2)),
        each("elu", (b, x) -> b.graph.nn().elu(x)),
        each("selu", (b, x) -> b.graph.nn().selu(x)),
        each("gelu", (b, x) -> b.graph.nn().gelu(x)),
        each("swish", (b, x) -> b.graph.nn().swish(x)),
        each("softplus", (b, x) -> b.graph.nn().softplus(x)),
        each("hardSigmoid", (b, x) -> b.graph.nn().hardSigmoid(x.mul(4))),
        each("sigmoid", (b, x) -> b.graph.nn().sigmoid(x)),
        each("tanh", (b, x) -> b.graph.math().tanh(x)),
        each("exp", (b, x) -> b.graph.math().exp(x)),
        each("log", (b, x) -> b.graph.math().log(x.mul(x).add(0.1))),
        each("sqrt", (b, x) -> b.graph.math().sqrt(x.mul(x).add(0.1))),
        each("square", (b, x) -> b.graph.math().square(x)),
        each("abs", (b, x) -> b.graph.math().abs(x)),
        each("neg", (b, x) -> b.graph.math().neg(x)),
        each("reciprocal", (b, x) -> b.graph.math().reciprocal(x.mul(x).add(0.5))),
        each("identity", (b, x) -> b.graph.identity(x)),
        each("softmax", (b, x) -> b.graph.nn().softmax(x, 1)),
        each("logSoftmax", (b, x) -> b.graph.nn().logSoftmax(x, 1)),
        each("scalars", (b, x) -> x.add(2).sub(0.5).mul(3).div(4)),
        each("reverseScalars", (b, x) -> x.rsub(2).mul(x).add(3).rdiv(2)),
        each("addTo", (b, x) -> x.add(b.variable("a", 1, CHANNELS, 1, 1))),
        each("subtract", (b, x) -> x.sub(b.variable("a", 1, CHANNELS, 1, 1))),
        each("multiply", (b, x) -> x.mul(b.variable("a", 1, CHANNELS, 1, 1))),
        each("divide", (b, x) -> x.div(b.positive("a", 1, CHANNELS, 1, 1))),
        each("biasAdd", (b, x) -> b.graph.nn().biasAdd(x, b.variable("a", CHANNELS), true)),
        each("permute", (b, x) -> b.graph.permute(x, 0, 1, 3, 2)),
        each("reshape", (b, x) -> b.graph.reshape(b.graph.reshape(x, -1, 8, 18), -1, 4, 6, 6)),
        each(
            "reshapeByConstant",
            (b, x) ->
                b.graph.reshape(
                    x, b.graph.constant(Nd4j.createFromArray(-1, CHANNELS, SIZE, SIZE)))),
        each("squeezeAndExpand", (b, x) -> b.graph.squeeze(b.graph.expandDims(x, 2), 2)),
        each("concat", (b, x) -> b.graph.concat(2, x, x.mul(2))),
        each(
            "pad",
            (b, x) ->
                b.graph
                    .nn()
                    .pad(
                        x,
                        b.graph.constant(
                            Nd4j.createFromArray(new int[][] {{0, 0}, {0, 0}, {1, 2}, {0, 1}})),
                        0)),
        each("meanKeeping", (b, x) -> x.sub(x.mean(true, 2, 3))),
        each("sumKeeping", (b, x) -> x.mul(x.sum(true, 1))),
        each("maxKeeping", (b, x) -> x.sub(x.max(true, 3))),
        each("layerNorm", SameDiffClassifierTest::layerNorm),
        each("batchNorm", SameDiffClassifierTest::batchNorm),
        each("sameConvolution", (b, x) -> convolution(b, x, conv(PaddingMode.SAME, 3, 2, 1))),
        each("dilatedConvolution", (b, x) -> convolution(b, x, conv(PaddingMode.SAME, 3, 1, 2))),
        each("validConvolution", (b, x) -> convolution(b, x, conv(PaddingMode.VALID, 2, 1, 1))),
        each("depthwise", SameDiffClassifierTest::depthwise),
        each("filterOutputsFirst", SameDiffClassifierTest::outputsFirst),
        each("maxPool", (b, x) -> b.graph.cnn().maxPooling2d(x, pool(PaddingMode.SAME, 3, 2))),
        each(
            "maxPoolValid", (b, x) -> b.graph.cnn().maxPooling2d(x, pool(PaddingMode.VALID, 2, 2))),
        each("avgPool", (b, x) -> b.graph.cnn().avgPooling2d(x, pool(PaddingMode.SAME, 3, 2))),
        each(
            "avgPoolValid", (b, x) -> b.graph.cnn().avgPooling2d(x, pool(PaddingMode.VALID, 2, 2))),
        each("linear", SameDiffClassifierTest::linear));
  }

  private static Arguments each(String name, Operation operation) {
    return Arguments.of(name, operation);
  }

  private static SDVariable layerNorm(Building b, SDVariable x) {
    return b.graph
        .nn()
        .layerNorm(x, b.variable("gain", CHANNELS), b.variable("shift", CHANNELS), true, 1, 2, 3);
  }

  private static SDVariable batchNorm(Building b, SDVariable x) {
    return b.graph
        .nn()
        .batchNorm(
            x,
            b.constant("mean", CHANNELS),
            b.positive("variance", CHANNELS),
            b.variable("gamma", CHANNELS),
            b.variable("beta", CHANNELS),
            1e-3,
            1);
  }

  private static SDVariable convolution(Building b, SDVariable x, Conv2DConfig config) {
    int kernel = (int) config.getKH();
    SDVariable filter = b.variable("filter", kernel, kernel, CHANNELS, CHANNELS);
    return b.graph.cnn().conv2d(x, filter, b.variable("bias", CHANNELS), config);
  }

  private static SDVariable depthwise(Building b, SDVariable x) {
    SDVariable filter = b.variable("filter", 3, 3, CHANNELS, 2);
    SDVariable y = b.graph.cnn().depthWiseConv2d(x, filter, conv(PaddingMode.SAME, 3, 1, 1));
    return b.graph.reshape(y, -1, CHANNELS, 2 * SIZE, SIZE);
  }

  private static SDVariable outputsFirst(Building b, SDVariable x) {
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(3)
            .kW(3)
            .sH(1)
            .sW(1)
            .paddingMode(PaddingMode.SAME)
            .dataFormat("NCHW")
            .weightsFormat(WeightsFormat.OIYX)
            .build();
    return b.graph.cnn().conv2d(x, b.variable("filter", CHANNELS, CHANNELS, 3, 3), config);
  }

  private static SDVariable linear(Building b, SDVariable x) {
    SDVariable rows = b.graph.reshape(x, -1, SIZE);
    SDVariable y = b.graph.nn().linear(rows, b.variable("w", SIZE, SIZE), b.variable("v", SIZE));
    return b.graph.reshape(y, -1, CHANNELS, SIZE, SIZE);
  }

  private static Conv2DConfig conv(PaddingMode mode, int kernel, int stride, int dilation) {
    return Conv2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .dH(dilation)
        .dW(dilation)
        .paddingMode(mode)
        .dataFormat("NCHW")
        .build();
  }

  private static Pooling2DConfig pool(PaddingMode mode, int kernel, int stride) {
    return Pooling2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .paddingMode(mode)
        .type(Pooling2D.Pooling2DType.MAX)
        .isNHWC(false)
        .build();
  }

  /** The operation, the mean over pixels, and a matrix: different for every element. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void anOperationComputesWhatSameDiffComputes(String name, Operation operation) {
    SameDiff graph = SameDiff.create();
    Building building = new Building(graph, SeededRandom.of(3));
    SDVariable images = graph.placeHolder("images", DataType.FLOAT, -1, CHANNELS, SIZE, SIZE);
    SDVariable result = operation.apply(building, images);
    SDVariable rows = result.mul(result).mean(2).add(result.mean(2));
    SDVariable means = rows.max(2).add(rows.mean(2));
    means.mmul("logits", building.variable("matrix", CHANNELS, CLASSES));
    SameDiffClassifier imported = SameDiffClassifier.of(graph, "images", "logits");
    assertEqualLogits(
        imported, graph, images(5, CHANNELS), Nd4jTensors.toINDArray(images(5, CHANNELS)));
  }

  private static Tensor images(int count, int channels) {
    SeededRandom random = SeededRandom.of(9);
    return Tensor.generate(Shape.of(count, channels, SIZE, SIZE), i -> random.nextGaussian());
  }

  /**
   * @param given the same images in the graph's layout
   */
  private static void assertEqualLogits(
      SameDiffClassifier imported, SameDiff graph, Tensor images, INDArray given) {
    Tensor expected = withoutOneDnn(graph, given);
    try (Backend backend = Backends.named("cpu");
        Predictor predictor =
            Predictor.of(imported.classifier(), imported.parameters(), backend, 5)) {
      Tensor logits = predictor.logits(images);
      assertThat(logits.shape()).isEqualTo(expected.shape());
      for (int i = 0; i < logits.size(); i++) {
        double wanted = expected.value(i);
        assertThat((double) logits.value(i))
            .isCloseTo(wanted, within(TOLERANCE * Math.max(1, Math.abs(wanted))));
      }
    }
  }

  /** oneDNN refuses dilated convolutions. */
  private static Tensor withoutOneDnn(SameDiff graph, INDArray images) {
    Nd4j.getEnvironment().allowHelpers(false);
    try {
      return Nd4jTensors.of(graph.output(Map.of("images", images), "logits").get("logits"));
    } finally {
      Nd4j.getEnvironment().allowHelpers(true);
    }
  }

  /** Convolution, batch norm, pooling and a dense layer, as people write them. */
  private static SameDiff network(String layout) {
    SameDiff graph = SameDiff.create();
    Building b = new Building(graph, SeededRandom.of(5));
    boolean last = layout.equals("NHWC");
    SDVariable x =
        last
            ? graph.placeHolder("images", DataType.FLOAT, -1, SIZE, SIZE, 3)
            : graph.placeHolder("images", DataType.FLOAT, -1, 3, SIZE, SIZE);
    Conv2DConfig same =
        Conv2DConfig.builder()
            .kH(3)
            .kW(3)
            .sH(1)
            .sW(1)
            .paddingMode(PaddingMode.SAME)
            .dataFormat(layout)
            .build();
    x = graph.cnn().conv2d(x, b.variable("conv/w", 3, 3, 3, 8), b.variable("conv/b", 8), same);
    x =
        graph
            .nn()
            .batchNorm(
                x,
                b.variable("mean", 8),
                graph.var("variance", Nd4j.ones(DataType.FLOAT, 8)),
                b.variable("gamma", 8),
                b.variable("beta", 8),
                1e-3,
                last ? 3 : 1);
    x = graph.nn().relu(x, 0);
    Pooling2DConfig halves =
        Pooling2DConfig.builder()
            .kH(2)
            .kW(2)
            .sH(2)
            .sW(2)
            .paddingMode(PaddingMode.VALID)
            .type(Pooling2D.Pooling2DType.MAX)
            .isNHWC(last)
            .build();
    x = graph.cnn().maxPooling2d(x, halves);
    x = graph.nn().swish(graph.cnn().depthWiseConv2d(x, b.variable("deep", 3, 3, 8, 1), same));
    x = graph.reshape(x, -1, 72);
    graph.nn().linear("logits", x, b.variable("fc/w", 72, CLASSES), b.variable("fc/b", CLASSES));
    graph.nn().softmax("probabilities", graph.getVariable("logits"), 1);
    return graph;
  }

  @Test
  void bothLayoutsOfImagesAreRead() {
    Tensor images = images(5, 3);
    SameDiff first = network("NCHW");
    INDArray array = Nd4jTensors.toINDArray(images);
    assertEqualLogits(SameDiffClassifier.of(first, "images", "logits"), first, images, array);
    SameDiff last = network("NHWC");
    SameDiffClassifier imported =
        SameDiffClassifier.of(last, "images", "logits", SameDiffClassifier.Layout.CHANNELS_LAST);
    assertThat(imported.classifier().image()).isEqualTo(Shape.of(3, SIZE, SIZE));
    assertEqualLogits(imported, last, images, array.permute(0, 2, 3, 1).dup('c'));
  }

  @Test
  void variablesAreParametersUnderTheirNames() {
    Map<String, ParameterRole> roles = new HashMap<>();
    SameDiffClassifier imported = SameDiffClassifier.of(network("NCHW"), "images", "logits");
    for (Parameter each : imported.classifier().parameters()) {
      roles.put(each.path(), each.role());
    }
    assertThat(roles)
        .isEqualTo(
            Map.of(
                "conv/w", ParameterRole.WEIGHT,
                "conv/b", ParameterRole.BIAS,
                "mean", ParameterRole.STATISTIC,
                "variance", ParameterRole.STATISTIC,
                "gamma", ParameterRole.NORMALIZATION,
                "beta", ParameterRole.NORMALIZATION,
                "deep", ParameterRole.WEIGHT,
                "fc/w", ParameterRole.WEIGHT,
                "fc/b", ParameterRole.BIAS));
  }

  /** What SameDiff cannot do: derivatives of the loss that holds a derivative. */
  @Test
  void theGradientOfTheObjectiveIsRight() {
    SameDiffClassifier imported = SameDiffClassifier.of(network("NCHW"), "images", "logits");
    Expr images = Expr.input("x", Shape.of(2, 3, SIZE, SIZE));
    Expr labels = Expr.input("labels", Shape.of(2, CLASSES));
    Expr maps = Expr.input("maps", Shape.of(2, SIZE, SIZE));
    Expr weights = Expr.input("weights", Shape.of(2));
    Context context = Context.of(Mode.TRAINING);
    HarmonizerObjective.Terms terms =
        objective(imported).terms(images, labels, maps, weights, context);
    Map<Expr, double[]> values = new HashMap<>();
    values.put(images, Differences.random(images.shape(), 1));
    values.put(labels, new double[] {1, 0, 0, 0, 0, 1});
    values.put(maps, Differences.random(maps.shape(), 2));
    values.put(weights, new double[] {1, 1});
    Parameters parameters = imported.parameters();
    for (Parameter each : context.parameters()) {
      values.put(each.leaf(), Differences.doubles(parameters.value(each.path())));
    }
    List<Expr> learned = context.trainable().stream().map(Parameter::leaf).toList();
    Differences.checkFirst(terms.total(), learned, values);
  }

  private static HarmonizerObjective objective(SameDiffClassifier imported) {
    return HarmonizerObjective.asInReleasedCode(imported.classifier())
        .withMapLoss(HarmonizationLoss.asInPaper().withLevels(2));
  }

  @Test
  void aGraphIsHarmonizedAndComputesWithItsNewWeights() {
    SameDiff graph = network("NCHW");
    SameDiffClassifier imported = SameDiffClassifier.of(graph, "images", "logits");
    Parameters before = imported.parameters();
    SeededRandom random = SeededRandom.of(11);
    Tensor maps = Tensor.generate(Shape.of(5, SIZE, SIZE), i -> random.nextDouble());
    LabeledImages data =
        LabeledImages.of(images(5, 3), new int[] {0, 1, 2, 0, 1}, CLASSES).withMaps(maps);
    try (Backend backend = Backends.named("cpu")) {
      Parameters trained =
          Harmonizer.of(objective(imported))
              .batch(5)
              .epochs(20)
              .learningRate(LearningRateSchedule.constant(0.02))
              .startingFrom(before)
              .build()
              .fit(data, backend)
              .parameters();
      imported.write(trained);
      assertThat(imported.parameters()).isEqualTo(trained);
      assertThat(trained.value("mean")).isEqualTo(before.value("mean"));
      assertThat(trained.value("fc/w")).isNotEqualTo(before.value("fc/w"));
    }
    assertEqualLogits(imported, graph, images(5, 3), Nd4jTensors.toINDArray(images(5, 3)));
  }

  @Test
  void everythingThatCannotBeImportedIsListedAtOnce() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("images", DataType.FLOAT, -1, 3, SIZE, SIZE);
    SDVariable rest = graph.placeHolder("scale", DataType.FLOAT, 1, 3, 1, 1);
    x = graph.nn().preciseGelu("activated", x.mul("scaled", rest));
    x = graph.nn().relu("above", x, 0.5);
    x = graph.math().sin("waves", x);
    x.mean("logits", 2, 3);
    assertThatThrownBy(() -> SameDiffClassifier.of(graph, "images", "logits"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("samediff classifier: 4 things cannot be imported: ")
        .hasMessageContaining("precise_gelu \"activated\" (ND4J 1.0.0-M2.1 cubes the wrong factor")
        .hasMessageContaining("relu \"above\" (not supported with these settings)")
        .hasMessageContaining("sin \"waves\" (not supported)")
        .hasMessageContaining("placeholder \"scale\"")
        .hasMessageEndingWith(" — replace them in the graph");
  }

  @Test
  void namesAndShapesThatDoNotFitAreRefused() {
    SameDiff graph = network("NCHW");
    assertThatThrownBy(() -> SameDiffClassifier.of(graph, "images", "logit"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no variable \"logit\"");
    assertThatThrownBy(() -> SameDiffClassifier.of(graph, "images", "images"))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("name the logits, N × classes");
    SameDiff open = SameDiff.create();
    SDVariable x = open.placeHolder("images", DataType.FLOAT, -1, 3, -1, -1);
    x.mean("logits", 2, 3);
    assertThatThrownBy(() -> SameDiffClassifier.of(open, "images", "logits"))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("declare it with rank 4 and all extents but the first");
    SameDiffClassifier imported = SameDiffClassifier.of(graph, "images", "logits");
    Parameters few = Parameters.of(Map.of("conv/b", Tensor.zeros(Shape.of(8))));
    assertThatThrownBy(() -> imported.write(few))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing \"conv/w\"");
  }
}
