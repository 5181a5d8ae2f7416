package org.neuralharmonizer.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.TokenEmbedding;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.train.Predictor;

/** The objective with each explanation: its gradients by the parameters follow differences. */
final class ExplanationsInTheLossTest {
  private static final Shape IMAGE = Shape.of(2, 8, 8);
  private static final Classifier CONVOLUTIONAL =
      Classifier.of(
          Sequential.empty()
              .then("conv1", Conv.of(2, 4, 3).withPadding(Padding.symmetric(1)))
              .then("bn1", BatchNorm.of(4))
              .then("relu1", Activation.RELU)
              .then(MaxPool.of(2))
              .then(
                  "block",
                  Residual.of(
                      Sequential.empty()
                          .then("conv", Conv.of(4, 4, 3).withPadding(Padding.symmetric(1)))
                          .then("relu", Activation.RELU)))
              .then("swish", Activation.SWISH)
              .then(Shaping.FLATTEN)
              .then("fc", Dense.of(64, 3)),
          IMAGE,
          3);
  private static final Classifier TRANSFORMER =
      Classifier.of(
          Sequential.empty()
              .then("patches", Conv.of(2, 6, 2).withStride(2))
              .then(Shaping.TOKENS)
              .then(TokenEmbedding.of(6))
              .then("block1", attention())
              .then("block2", attention())
              .then(Shaping.FIRST_TOKEN)
              .then("head", Dense.of(6, 3)),
          IMAGE,
          3);

  private final Expr images = Expr.input("images", IMAGE.within(2));
  private final Expr labels = Expr.input("labels", Shape.of(2, 3));
  private final Expr maps = Expr.input("maps", Shape.of(2, 8, 8));
  private final Expr weights = Expr.input("weights", Shape.of(2));
  private final Map<Expr, double[]> values = new HashMap<>();

  private static Residual attention() {
    return Residual.of(
        Sequential.empty()
            .then("norm", LayerNorm.of(6))
            .then("attention", MultiHeadAttention.of(6, 2)));
  }

  static Stream<ExplanationFunctional> ofConvolutional() {
    // Uneven parts: three copies of two images, four images at once.
    NoiseSampling sampling = new NoiseSampling(3, 0.3, 5, 4);
    ChannelReduction reduction = ChannelReduction.SIGNED_MEAN;
    return Stream.of(
        Saliency.asTrained(),
        InputTimesGradient.of(reduction),
        SmoothGrad.of(sampling, reduction),
        SmoothGrad.of(sampling, ChannelReduction.L2).withScore(ClassScore.PROBABILITY),
        VarGrad.of(sampling, reduction),
        SquareGrad.of(sampling, reduction),
        IntegratedGradients.of(3, reduction).withMaxBatch(4),
        IntegratedGradients.of(2, ChannelReduction.MAX_ABSOLUTE).withBaseline(Baseline.mean()),
        GradCam.of("relu1"),
        GradCam.of("block").withScore(ClassScore.LOG_PROBABILITY),
        GradCamPlusPlus.of("relu1"),
        GradCamPlusPlus.of("block.relu"),
        GuidedBackpropagation.of(reduction),
        DeconvNet.of(reduction));
  }

  @ParameterizedTest
  @MethodSource("ofConvolutional")
  void gradientsFollowDifferences(ExplanationFunctional explanation) {
    check(CONVOLUTIONAL, explanation, Mode.TRAINING);
    check(CONVOLUTIONAL, explanation, Mode.INFERENCE);
  }

  static Stream<ExplanationFunctional> ofTransformer() {
    return Stream.of(new AttentionRollout(), Saliency.asTrained(), GradCam.of("block2.norm"));
  }

  @ParameterizedTest
  @MethodSource("ofTransformer")
  void gradientsOfATransformerFollowDifferences(ExplanationFunctional explanation) {
    check(TRANSFORMER, explanation, Mode.INFERENCE);
  }

  /** Through a predictor, in single precision and batches, as in double precision. */
  @ParameterizedTest
  @MethodSource("ofConvolutional")
  void floatsFollowDoubles(ExplanationFunctional explanation) {
    Parameters parameters = CONVOLUTIONAL.initialize(4);
    Context context = Context.of(Mode.INFERENCE);
    Expr map = explanation.explain(CONVOLUTIONAL.model(context), images, labels);
    double[] pixels = Differences.random(images.shape(), 1);
    double[] classes = {1, 0, 0, 0, 0.3, 0.7};
    Tensor pixelTensor = Tensor.generate(images.shape(), i -> pixels[i]);
    values.put(images, Differences.doubles(pixelTensor));
    Tensor classTensor = Tensor.generate(labels.shape(), i -> classes[i]);
    values.put(labels, Differences.doubles(classTensor));
    for (Parameter each : context.parameters()) {
      values.put(each.leaf(), Differences.doubles(parameters.value(each.path())));
    }
    double[] expected = Differences.evaluate(map, values);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    try (Backend backend = Backends.named("cpu");
        Predictor predictor = Predictor.of(CONVOLUTIONAL, parameters, backend, 1)) {
      // Some hundred roundings of 6e-8 each, which a variance may amplify.
      assertThat(Differences.doubles(predictor.explain(explanation, pixelTensor, classTensor)))
          .containsExactly(expected, within(1e-4 * largest));
    }
  }

  private void check(Classifier classifier, ExplanationFunctional explanation, Mode mode) {
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withExplanation(explanation)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(3));
    Context context = Context.of(mode);
    Expr loss = objective.terms(images, labels, maps, weights, context).mapLoss();
    values.put(images, Differences.random(images.shape(), 1));
    values.put(labels, new double[] {1, 0, 0, 0, 0.3, 0.7});
    values.put(maps, Differences.random(maps.shape(), 2));
    values.put(weights, new double[] {1, 0.5});
    for (Parameter each : context.parameters()) {
      double[] value = Differences.random(each.shape(), each.path().length());
      for (int i = 0; i < value.length; i++) {
        value[i] = each.trainable() ? 0.5 * value[i] : Math.abs(value[i]);
      }
      values.put(each.leaf(), value);
    }
    List<Expr> leaves = context.trainable().stream().map(Parameter::leaf).toList();
    double[] slope = Differences.evaluate(Derivatives.grad(loss, leaves.get(0)), values);
    assertThat(Arrays.stream(slope).map(Math::abs).max().orElseThrow())
        .as("a gradient of zeros would agree with anything")
        .isGreaterThan(1e-6);
    Differences.checkFirst(loss, Differences.holdingDetached(loss, values), leaves, values);
  }
}
