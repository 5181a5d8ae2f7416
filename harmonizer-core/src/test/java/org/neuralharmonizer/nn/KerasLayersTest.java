package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.DoubleInterpreter;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;

/**
 * Layers of Keras 2 by the expressions that networks from Keras are built of, on values computed by
 * Keras with TensorFlow (keras-js). Not claimed are up-sampling, merges of several tensors into
 * maps, and activations that differ in Keras 3 or are not among ours.
 */
final class KerasLayersTest {
  /** Values are of single precision, sums of up to 27 terms, written with six digits. */
  private static final double TOLERANCE = 5e-6;

  private static final Pattern NUMBERS = Pattern.compile("-?\\d+");

  /** A case as it is read: H × W × C without a batch, weights in Keras' order. */
  private record Case(String name, String settings, Expr input, List<Expr> weights, Expr expected) {

    boolean says(String word) {
      return settings.contains(word);
    }

    /** The whole numbers after a word, such as strides. */
    int[] numbers(String word) {
      Matcher found =
          Pattern.compile(Pattern.quote(word) + "(\\([^)]*\\)|-?\\d+)").matcher(settings);
      return found.find()
          ? NUMBERS
              .matcher(found.group(1))
              .results()
              .mapToInt(each -> Integer.parseInt(each.group()))
              .toArray()
          : new int[0];
    }

    Expr weight(int index) {
      return weights.get(index);
    }
  }

  @TestFactory
  Stream<DynamicTest> agree() throws IOException {
    Path folder = ReferenceData.folder("keras-layers");
    Map<?, ?> settings = (Map<?, ?>) Json.read(folder.resolve("settings.json"));
    List<DynamicTest> tests = new ArrayList<>();
    Map<String, Integer> notClaimed = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files =
          listed.filter(file -> file.toString().matches(".*s_.*json|.*ons.json")).sorted().toList();
    }
    for (Path file : files) {
      ((Map<?, ?>) Json.read(file))
          .forEach(
              (name, value) -> {
                Map<?, ?> each = (Map<?, ?>) value;
                List<Expr> weights = new ArrayList<>();
                if (each.get("weights") != null) {
                  ((List<?>) each.get("weights")).forEach(weight -> weights.add(array(weight)));
                }
                String says = String.valueOf(settings.get(name));
                Expr expected = array(each.get("expected"));
                Case read =
                    new Case((String) name, says, array(each.get("input")), weights, expected);
                Expr found = result(read);
                if (found == null) {
                  notClaimed.merge(((String) name).replaceFirst("\\.\\d+$", ""), 1, Integer::sum);
                } else {
                  tests.add(
                      DynamicTest.dynamicTest((String) name, () -> requireClose(found, expected)));
                }
              });
    }
    System.out.println("Keras layers: " + tests.size() + " run, not claimed " + notClaimed);
    return tests.stream();
  }

  private static Expr array(Object json) {
    Map<?, ?> array = (Map<?, ?>) json;
    int[] extents =
        ((List<?>) array.get("shape"))
            .stream().mapToInt(each -> ((Number) each).intValue()).toArray();
    List<?> data = (List<?>) array.get("data");
    return Expr.constant(
        Tensor.generate(Shape.of(extents), i -> ((Number) data.get(i)).doubleValue()));
  }

  private static void requireClose(Expr found, Expr expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    List<double[]> values = DoubleInterpreter.evaluate(List.of(found, expected), Map.of());
    for (int i = 0; i < values.get(0).length; i++) {
      double value = values.get(1)[i];
      assertThat(values.get(0)[i])
          .as("element %d", i)
          .isCloseTo(value, within(TOLERANCE * Math.max(1, Math.abs(value))));
    }
  }

  private static @Nullable Expr result(Case each) {
    String layer = each.name().replaceFirst("\\.\\d+$", "");
    Expr x = each.input();
    return switch (layer) {
      case "activations.elu" -> Functions.elu(x);
      case "activations.linear" -> x;
      case "activations.relu" ->
          each.says("alpha") ? Functions.leakyRelu(x, 0.3) : Functions.relu(x);
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
      case "pooling.AveragePooling2D", "pooling.MaxPooling2D" -> pooled(each, layer);
      case "pooling.GlobalAveragePooling2D" -> x.mean(0, 1);
      case "pooling.GlobalMaxPooling2D" ->
          Functions.maxKeeping(x, 0, 1).reshape(x.shape().extent(2));
      case "merge.Add" -> merged(each, Expr::plus);
      case "merge.Multiply" -> merged(each, Expr::times);
      case "merge.Average" -> merged(each, Expr::plus).times(2.0 / each.weights().size());
      default -> null;
    };
  }

  private static Expr merged(Case each, BinaryOperator<Expr> merge) {
    Expr row = each.input().reshape(1, each.input().shape().size());
    Expr all = null;
    for (int i = 0; i < each.weights().size(); i += 2) {
      Expr part = row.matmul(each.weight(i)).plus(each.weight(i + 1));
      all = all == null ? part : merge.apply(all, part);
    }
    return all.reshape(each.expected().shape());
  }

  private static Expr dense(Case each) {
    Expr row = each.input().reshape(1, each.input().shape().size());
    Expr product = row.matmul(each.weight(0));
    Expr sum = each.weights().size() > 1 ? product.plus(each.weight(1)) : product;
    return activated(each, sum).reshape(each.expected().shape());
  }

  private static Expr activated(Case each, Expr x) {
    if (each.says("relu")) {
      return Functions.relu(x);
    }
    if (each.says("softplus")) {
      return Functions.softplus(x);
    }
    return each.says("sigmoid") ? Functions.sigmoid(x) : x;
  }

  /** H × W × C as one image. */
  private static Expr image(Case each) {
    Expr x = each.input();
    Expr channelsFirst = each.says("channels_first") ? x : x.permute(2, 0, 1);
    return channelsFirst.reshape(channelsFirst.shape().within(1));
  }

  private static Expr withoutBatch(Case each, Expr image) {
    Expr x = image.reshape(image.shape().inner());
    return each.says("channels_first") ? x : x.permute(1, 2, 0);
  }

  private static WindowGeometry window(Case each, Shape image, int[] kernel, int[] strides) {
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

  private static Expr convolution(Case each) {
    Expr image = image(each);
    Expr filter = each.weight(0).permute(3, 2, 0, 1);
    int[] kernel = {filter.shape().extent(2), filter.shape().extent(3)};
    WindowGeometry window = window(each, image.shape(), kernel, each.numbers("strides="));
    Expr y = Functions.conv2d(image, filter, new ConvGeometry(window, 1));
    return withoutBatch(each, activated(each, biased(y, each, 1)));
  }

  private static Expr biased(Expr y, Case each, int index) {
    return each.weights().size() > index
        ? y.plus(each.weight(index).reshape(each.weight(index).shape().size(), 1, 1))
        : y;
  }

  private static Expr separable(Case each) {
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

  /** One number for an axis, or one for each side. */
  private static int[] sides(Case each) {
    int[] given =
        NUMBERS
            .matcher(each.settings().substring(0, each.settings().indexOf(" on ")))
            .results()
            .mapToInt(number -> Integer.parseInt(number.group()))
            .toArray();
    return given.length == 4 ? given : new int[] {given[0], given[0], given[1], given[1]};
  }

  private static Expr padded(Case each) {
    int[] sides = sides(each);
    return Functions.pad(
        each.input(), new int[] {sides[0], sides[2], 0}, new int[] {sides[1], sides[3], 0});
  }

  private static Expr cropped(Case each) {
    int[] sides = sides(each);
    Shape shape = each.input().shape();
    return each.input()
        .slice(
            Span.range(sides[0], shape.extent(0) - sides[1]),
            Span.range(sides[2], shape.extent(1) - sides[3]),
            Span.all(shape.extent(2)));
  }

  private static Expr normalized(Case each) {
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

  private static Expr pooled(Case each, String layer) {
    Expr image = image(each);
    int[] kernel = each.numbers("pool_size=");
    int[] strides = each.says("strides=None") ? kernel : each.numbers("strides=");
    WindowGeometry window = window(each, image.shape(), kernel, strides);
    Expr y =
        layer.endsWith("MaxPooling2D")
            ? Functions.maxPool(image, window)
            : Functions.averagePool(image, window, Functions.PaddingCount.EXCLUDED);
    return withoutBatch(each, y);
  }
}
