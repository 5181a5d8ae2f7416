package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * ResNet with normalization before each convolution, as Keras builds it, which is the network that
 * was published harmonized under the name ResNet50. Layers have Keras' names. It expects images as
 * x / 127.5 − 1.
 *
 * @param size height and width of an image
 * @param blocks of each of the four stages
 * @param width the multiplier of all channel counts
 * @see <a href="https://arxiv.org/abs/1603.05027">He, Zhang, Ren, Sun: Identity mappings in deep
 *     residual networks</a>
 */
public record ResNet50V2(int size, int classes, List<Integer> blocks, double width) {
  private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int EXPANSION = 4;
  private static final double EPSILON = 1.001e-5;
  private static final double MOMENTUM = 0.01;

  public ResNet50V2 {
    blocks = Blocks.ofFourStages("ResNet V2", blocks);
  }

  public static ResNet50V2 of(int size, int classes) {
    return new ResNet50V2(size, classes, BLOCKS, 1);
  }

  public ResNet50V2 withBlocks(Integer... counts) {
    return new ResNet50V2(size, classes, List.of(counts), width);
  }

  public ResNet50V2 withWidth(double other) {
    return new ResNet50V2(size, classes, blocks, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(width, WIDTHS[0]);
    Sequential network =
        Sequential.empty()
            .then(
                "conv1_conv",
                Conv.of(3, channels, 7).withStride(2).withPadding(Padding.symmetric(3)))
            // Zeros, where padding of the pool itself would never be the largest.
            .then((x, context) -> Functions.pad(x, new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 1}))
            .then(MaxPool.of(3).withStride(2));
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      int inner = scaled(width, WIDTHS[stage]);
      int count = blocks.get(stage);
      for (int block = 1; block <= count; block++) {
        int stride = block == count && stage + 1 < WIDTHS.length ? 2 : 1;
        String name = "conv%d_block%d".formatted(stage + 2, block);
        network = network.then(new Block(name, channels, inner, stride, block == 1));
        channels = EXPANSION * inner;
      }
    }
    network =
        network
            .then("post_bn", norm(channels))
            .then(Activation.RELU)
            .then(Shaping.GLOBAL_AVERAGE)
            .then("predictions", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /**
   * Parameters from the arrays of Keras' ResNet50V2, {@code layer/variable}.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of ResNet50V2's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    return KerasArrays.of("ResNet50V2").converted(arrays);
  }

  private static BatchNorm norm(int channels) {
    return BatchNorm.of(channels).withEpsilon(EPSILON).withMomentum(MOMENTUM);
  }

  /** The first of a stage projects what it has normalised; others carry their input itself. */
  private record Block(String name, int inputs, int inner, int stride, boolean projects)
      implements Layer {

    @Override
    public Expr apply(Expr input, Context context) {
      int outputs = EXPANSION * inner;
      Expr active = Activation.RELU.of(context.apply(name + "_preact_bn", norm(inputs), input));
      Expr carried = input;
      if (projects) {
        Conv projection = Conv.pointwise(inputs, outputs).withStride(stride);
        carried = context.apply(name + "_0_conv", projection, active);
      } else if (stride > 1) {
        carried = MaxPool.of(1).withStride(stride).apply(input, context);
      }
      Conv spatial = Conv.of(inner, inner, 3).withStride(stride).withPadding(Padding.symmetric(1));
      Sequential branch =
          Sequential.empty()
              .then(name + "_1_conv", Conv.pointwise(inputs, inner).withBias(Bias.NONE))
              .then(name + "_1_bn", norm(inner))
              .then(Activation.RELU)
              .then(name + "_2_conv", spatial.withBias(Bias.NONE))
              .then(name + "_2_bn", norm(inner))
              .then(Activation.RELU)
              .then(name + "_3_conv", Conv.pointwise(inner, outputs));
      return carried.plus(branch.apply(active, context));
    }
  }
}
