package org.neuralharmonizer.study.verify;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;

/**
 * Layers of Keras 2 in the expressions that networks from Keras are built of. Not claimed are
 * up-sampling, concatenation of several matrices, and activations that are not among ours or differ
 * in Keras 3.
 */
final class KerasLayers {
  private static final double LEAK = 0.3;

  private KerasLayers() {}

  /** The result, or null for a layer that is not claimed. */
  static @Nullable Expr result(KerasCase each) {
    Expr x = each.input();
    return switch (each.layer()) {
      case "activations.elu" -> Functions.elu(x);
      case "activations.linear" -> x;
      case "activations.relu" ->
          each.says("alpha") ? Functions.leakyRelu(x, LEAK) : Functions.relu(x);
      case "activations.sigmoid" -> Functions.sigmoid(x);
      case "activations.softmax" -> Functions.softmax(x, -1);
      case "activations.softplus" -> Functions.softplus(x);
      case "activations.tanh" -> x.tanh();
      case "convolutional.Conv2D" -> convolution(each);
      case "convolutional.SeparableConv2D" -> separable(each);
      case "convolutional.ZeroPadding2D" -> padded(each);
      case "convolutional.Cropping2D" -> cropped(each);
      case "core.Dense" -> dense(each);
      case "core.Flatten" -> x.reshape(x.shape().size());
      case "core.Permute" -> x.shape().rank() == 2 ? x.permute(1, 0) : x.permute(1, 0, 2);
      case "core.Reshape" -> x.reshape(each.expected().shape());
      case "normalization.BatchNormalization" -> normalized(each);
      case "pooling.AveragePooling2D", "pooling.MaxPooling2D" -> pooled(each);
      case "pooling.GlobalAveragePooling2D" -> x.mean(0, 1);
      case "pooling.GlobalMaxPooling2D" ->
          Functions.maxKeeping(x, 0, 1).reshape(x.shape().extent(2));
      case "merge.Add" -> merged(each, Expr::plus);
      case "merge.Multiply" -> merged(each, Expr::times);
      case "merge.Average" -> merged(each, Expr::plus).times(2.0 / each.weights().size());
      default -> null;
    };
  }

  private static Expr merged(KerasCase each, BinaryOperator<Expr> merge) {
    Expr row = each.input().reshape(1, each.input().shape().size());
    Expr all = null;
    for (int i = 0; i < each.weights().size(); i += 2) {
      Expr part = row.matmul(each.weight(i)).plus(each.weight(i + 1));
      all = all == null ? part : merge.apply(all, part);
    }
    return all.reshape(each.expected().shape());
  }

  private static Expr dense(KerasCase each) {
    Expr row = each.input().reshape(1, each.input().shape().size());
    Expr product = row.matmul(each.weight(0));
    Expr sum = each.weights().size() > 1 ? product.plus(each.weight(1)) : product;
    return activated(each, sum).reshape(each.expected().shape());
  }

  private static Expr activated(KerasCase each, Expr x) {
    if (each.says("relu")) {
      return Functions.relu(x);
    }
    if (each.says("softplus")) {
      return Functions.softplus(x);
    }
    return each.says("sigmoid") ? Functions.sigmoid(x) : x;
  }

  /** H × W × C as one image. */
  private static Expr image(KerasCase each) {
    Expr x = each.input();
    Expr channelsFirst = each.says("channels_first") ? x : x.permute(2, 0, 1);
    return channelsFirst.reshape(channelsFirst.shape().within(1));
  }

  private static Expr withoutBatch(KerasCase each, Expr image) {
    Expr x = image.reshape(image.shape().inner());
    return each.says("channels_first") ? x : x.permute(1, 2, 0);
  }

  private static WindowGeometry window(KerasCase each, Shape image, int[] kernel, int[] strides) {
    int[] dilation = each.numbers("dilation_rate=");
    WindowAxis[] axes = new WindowAxis[2];
    for (int axis = 0; axis < 2; axis++) {
      int extent = image.extent(axis + 2);
      int spread = dilation.length == 0 ? 1 : dilation[axis];
      int reach = (kernel[axis] - 1) * spread + 1;
      WindowAxis spanned =
          each.says("padding='same'")
              ? WindowAxis.same(extent, reach, strides[axis])
              : WindowAxis.valid(extent, reach, strides[axis]);
      axes[axis] =
          new WindowAxis(
              extent, kernel[axis], strides[axis], spread, spanned.before(), spanned.after());
    }
    return new WindowGeometry(axes[0], axes[1]);
  }

  private static Expr convolution(KerasCase each) {
    Expr image = image(each);
    Expr filter = each.weight(0).permute(3, 2, 0, 1);
    int[] kernel = {filter.shape().extent(2), filter.shape().extent(3)};
    WindowGeometry window = window(each, image.shape(), kernel, each.numbers("strides="));
    Expr y = Functions.conv2d(image, filter, new ConvGeometry(window, 1));
    return withoutBatch(each, activated(each, biased(y, each, 1)));
  }

  private static Expr biased(Expr y, KerasCase each, int index) {
    return each.weights().size() > index
        ? y.plus(each.weight(index).reshape(each.weight(index).shape().size(), 1, 1))
        : y;
  }

  private static Expr separable(KerasCase each) {
    Expr image = image(each);
    Expr stored = each.weight(0).permute(2, 3, 0, 1);
    Shape shape = stored.shape();
    int channels = shape.extent(0);
    int[] kernel = {shape.extent(2), shape.extent(3)};
    Expr depthwise = stored.reshape(channels * shape.extent(1), 1, kernel[0], kernel[1]);
    WindowGeometry window = window(each, image.shape(), kernel, each.numbers("strides="));
    Expr spread = Functions.conv2d(image, depthwise, new ConvGeometry(window, channels));
    Expr pointwise = each.weight(1).permute(3, 2, 0, 1);
    WindowGeometry pixel =
        new WindowGeometry(
            WindowAxis.valid(spread.shape().extent(2), 1, 1),
            WindowAxis.valid(spread.shape().extent(3), 1, 1));
    Expr y = Functions.conv2d(spread, pointwise, new ConvGeometry(pixel, 1));
    return withoutBatch(each, activated(each, biased(y, each, 2)));
  }

  private static Expr padded(KerasCase each) {
    int[] sides = each.sides();
    return Functions.pad(
        each.input(), new int[] {sides[0], sides[2], 0}, new int[] {sides[1], sides[3], 0});
  }

  private static Expr cropped(KerasCase each) {
    int[] sides = each.sides();
    Shape shape = each.input().shape();
    return each.input()
        .slice(
            Span.range(sides[0], shape.extent(0) - sides[1]),
            Span.range(sides[2], shape.extent(1) - sides[3]),
            Span.all(shape.extent(2)));
  }

  private static Expr normalized(KerasCase each) {
    Expr x = each.input();
    int rank = x.shape().rank();
    // Keras counts the batch too.
    int named = each.numbers("axis=")[0];
    int axis = named < 0 ? rank + named : named - 1;
    int next = 0;
    int[] along = new int[rank];
    Arrays.fill(along, 1);
    along[axis] = x.shape().extent(axis);
    Expr scale = each.says("scale=True") ? each.weight(next++) : null;
    Expr shift = each.says("center=True") ? each.weight(next++) : null;
    Expr mean = each.weight(next++);
    Expr variance = each.weight(next);
    double epsilon = each.says("1e-05") ? 1e-5 : 1e-3;
    Expr y =
        x.minus(mean.reshape(along))
            .times(variance.plus(epsilon).sqrt().reciprocal().reshape(along));
    y = scale == null ? y : y.times(scale.reshape(along));
    return shift == null ? y : y.plus(shift.reshape(along));
  }

  private static Expr pooled(KerasCase each) {
    Expr image = image(each);
    int[] kernel = each.numbers("pool_size=");
    int[] strides = each.says("strides=None") ? kernel : each.numbers("strides=");
    WindowGeometry window = window(each, image.shape(), kernel, strides);
    Expr y =
        each.layer().endsWith("MaxPooling2D")
            ? Functions.maxPool(image, window)
            : Functions.averagePool(image, window, Functions.PaddingCount.EXCLUDED);
    return withoutBatch(each, y);
  }
}
