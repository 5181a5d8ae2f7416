package org.neuralharmonizer.explain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * What stands for "nothing to see": the image that a path starts from, or the pixels that replace
 * removed ones. Explanations and faithfulness depend on it, so that results must name it; its text
 * is that name. Values are in units of the network's input.
 */
public interface Baseline {

  /** The baselines of images, both N × C × H × W. */
  Tensor of(Tensor images);

  /** The baselines of images as an expression. */
  Expr of(Expr images);

  /** One value everywhere. */
  static Baseline constant(double value) {
    return new Constant(List.of(value));
  }

  /** One value per channel, such as the pixel that normalisation made of black. */
  static Baseline constant(double... perChannel) {
    return new Constant(Arrays.stream(perChannel).boxed().toList());
  }

  /** Each image's own mean in each channel. */
  static Baseline mean() {
    return new Mean();
  }

  /** A value per channel, or one for all. */
  record Constant(List<Double> values) implements Baseline {
    public Constant {
      values = List.copyOf(values);
      if (values.isEmpty() || values.stream().anyMatch(each -> !Double.isFinite(each))) {
        throw new IllegalArgumentException(
            "baseline: needs one finite value, or one for each channel, not " + values);
      }
    }

    @Override
    public Tensor of(Tensor images) {
      Shape shape = checked(images.shape());
      int plane = shape.extent(2) * shape.extent(3);
      return Tensor.generate(shape, i -> values.get(i / plane % shape.extent(1) % values.size()));
    }

    @Override
    public Expr of(Expr images) {
      Shape shape = checked(images.shape());
      if (values.size() == 1) {
        return Expr.filled(shape, values.get(0));
      }
      Shape one = Shape.of(1, values.size(), 1, 1);
      return Expr.constant(Tensor.generate(one, values::get)).broadcastTo(shape);
    }

    private Shape checked(Shape images) {
      if (images.rank() != 4 || (values.size() > 1 && images.extent(1) != values.size())) {
        throw new ShapeException(
            "baseline: %d values do not fit images %s, expected N × C × H × W with one per channel"
                .formatted(values.size(), images));
      }
      return images;
    }

    @Override
    public String toString() {
      return values.stream()
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "constant ", ""));
    }
  }

  /** The mean of each image's channels. */
  record Mean() implements Baseline {

    @Override
    public Tensor of(Tensor images) {
      Shape shape = images.shape();
      int plane = shape.extent(2) * shape.extent(3);
      double[] means = new double[images.size() / plane];
      for (int i = 0; i < means.length; i++) {
        int from = i * plane;
        means[i] =
            IntStream.range(from, from + plane).mapToDouble(images::value).average().orElse(0);
      }
      return Tensor.generate(shape, i -> means[i / plane]);
    }

    @Override
    public Expr of(Expr images) {
      return images.meanKeeping(2, 3).broadcastTo(images.shape());
    }

    @Override
    public String toString() {
      return "mean of each channel";
    }
  }
}
