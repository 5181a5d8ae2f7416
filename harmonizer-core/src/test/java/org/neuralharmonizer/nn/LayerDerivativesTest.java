package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions.PaddingCount;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.Differences;

/** Every layer, orders 1 and 2, by its input and its parameters, in both modes. */
final class LayerDerivativesTest {

  static Stream<Arguments> layers() {
    List<Arguments> rows = new ArrayList<>();
    Shape picture = Shape.of(2, 4, 7, 6);
    add(rows, "conv", Conv.of(4, 3, 3).withPadding(Padding.symmetric(1)), picture);
    add(
        rows,
        "conv with stride 2 and uneven padding",
        Conv.of(4, 2, 3, 2).withStride(2).withPadding(Padding.explicit(0, 1, 2, 0)),
        picture);
    add(rows, "conv SAME", Conv.of(4, 2, 3).withStride(2).withPadding(Padding.same()), picture);
    add(
        rows,
        "conv, grouped and dilated",
        Conv.of(4, 6, 2).withGroups(2).withDilation(2).withPadding(Padding.same()),
        picture);
    add(rows, "conv, depthwise", Conv.depthwise(4, 3).withBias(Bias.NONE), picture);
    add(rows, "dense", Dense.of(6, 5), picture);
    add(rows, "batch norm", BatchNorm.of(4), picture);
    add(rows, "batch norm of features", BatchNorm.of(4).withEpsilon(1e-3), Shape.of(5, 4));
    add(rows, "layer norm", LayerNorm.of(6), picture);
    add(rows, "layer norm over channels", LayerNorm.overChannels(4), picture);
    add(rows, "group norm", GroupNorm.of(2, 4), picture);
    add(rows, "attention", MultiHeadAttention.of(6, 3), Shape.of(2, 4, 6));
    add(rows, "max pool", MaxPool.of(3).withStride(2).withPadding(Padding.symmetric(1)), picture);
    add(rows, "max pool, ceiling", MaxPool.of(2).withPadding(Padding.ceiling(0)), picture);
    add(
        rows,
        "average pool",
        AveragePool.of(3)
            .withStride(2)
            .withPadding(Padding.same())
            .withPaddingCount(PaddingCount.INCLUDED),
        picture);
    add(rows, "average pool inside", AveragePool.of(3).withPadding(Padding.symmetric(1)), picture);
    add(rows, "squeeze-excite", SqueezeExcite.of(4, 2).withActivation(Activation.SWISH), picture);
    add(rows, "residual", Residual.of(Conv.pointwise(4, 4)), picture);
    add(rows, "dropout", Dropout.of(0.3), picture);
    add(rows, "token embedding", TokenEmbedding.of(6), Shape.of(2, 3, 6));
    add(rows, "channel scale", ChannelScale.of(4), picture);
    for (Shaping shaping : Shaping.values()) {
      Shape input = shaping == Shaping.FIRST_TOKEN ? Shape.of(2, 3, 4) : picture;
      add(rows, shaping.name(), squared().then(shaping), input);
    }
    for (Activation activation : Activation.values()) {
      add(rows, activation.name(), activation, Shape.of(3, 17));
    }
    add(rows, "a small network", network(), picture);
    return rows.stream();
  }

  @ParameterizedTest(name = "{0}, {3}")
  @MethodSource("layers")
  void followDifferences(String name, Layer layer, Shape input, Mode mode) {
    Context context = Context.of(mode);
    Expr x = Expr.input("x", input);
    Expr y = context.apply("layer", layer, x);
    List<Expr> variables = new ArrayList<>(List.of(x));
    Map<Expr, double[]> values = new HashMap<>();
    values.put(x, Differences.random(input, 7));
    for (Parameter each : context.parameters()) {
      double[] value = Differences.random(each.shape(), values.size());
      if (each.trainable()) {
        variables.add(each.leaf());
      } else if (each.path().endsWith("running_var")) {
        for (int i = 0; i < value.length; i++) {
          value[i] = 0.5 + Math.abs(value[i]);
        }
      }
      values.put(each.leaf(), value);
    }
    for (Noise each : context.noise()) {
      values.put(each.leaf(), Differences.random(each.shape(), 5));
    }
    Differences.check(y, variables, values);
    assertThat(y.shape().extent(0)).isEqualTo(input.extent(0));
  }

  private static void add(List<Arguments> rows, String name, Layer layer, Shape input) {
    for (Mode mode : Mode.values()) {
      rows.add(Arguments.of(name, layer, input, mode));
    }
  }

  private static Sequential squared() {
    return Sequential.of((input, context) -> input.squared());
  }

  private static Layer network() {
    return Sequential.empty()
        .then("conv", Conv.of(4, 3, 3).withStride(2).withPadding(Padding.same()))
        .then("bn", BatchNorm.of(3))
        .then(Activation.SWISH)
        .then(
            Residual.of(
                    Sequential.empty()
                        .then("inner", Conv.depthwise(3, 3).withPadding(Padding.symmetric(1))))
                .withShortcut(Sequential.empty().then("proj", Conv.pointwise(3, 3))))
        .then(MaxPool.of(2))
        .then(Shaping.GLOBAL_AVERAGE)
        .then("fc", Dense.of(3, 2));
  }
}
