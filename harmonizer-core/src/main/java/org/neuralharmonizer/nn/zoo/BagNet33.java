package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.normalised;
import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * BagNet, a ResNet of bottleneck blocks most of whose 3 × 3 convolutions are 1 × 1, so that its
 * last features see patches of 33 × 33 pixels only: classification by a bag of local features. No
 * convolution pads; shortcuts are cropped at the bottom and right. Names are those of
 * wielandbrendel/bag-of-local-features-models.
 *
 * @param size height and width of an image, at least 33
 * @param blocks of each of the four stages
 * @param width the multiplier of all channel counts
 * @see <a href="https://openreview.net/forum?id=SkfMWhAqYQ">Brendel, Bethge: Approximating CNNs
 *     with bag-of-local-features models works surprisingly well on ImageNet</a>
 */
public record BagNet33(int size, int classes, List<Integer> blocks, double width) {
  private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int[] STRIDES = {2, 2, 2, 1};
  private static final int EXPANSION = 4;
  private static final int PATCH = 33;

  public BagNet33 {
    blocks = Blocks.ofFourStages("BagNet", blocks);
    if (size < PATCH) {
      throw new IllegalArgumentException(
          "BagNet: images of %d pixels are smaller than its patches of %d".formatted(size, PATCH));
    }
  }

  public static BagNet33 of(int size, int classes) {
    return new BagNet33(size, classes, BLOCKS, 1);
  }

  public BagNet33 withBlocks(Integer... counts) {
    return new BagNet33(size, classes, List.of(counts), width);
  }

  public BagNet33 withWidth(double other) {
    return new BagNet33(size, classes, blocks, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(width, WIDTHS[0]);
    Sequential network =
        Sequential.empty()
            .then("conv1", Conv.pointwise(3, channels).withBias(Bias.NONE))
            .then(normalised("conv2", "bn1", Conv.of(channels, channels, 3), channels))
            .then(Activation.RELU);
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      int inner = scaled(width, WIDTHS[stage]);
      Sequential layer = Sequential.empty();
      for (int block = 0; block < blocks.get(stage); block++) {
        // Only the first block of a stage looks at neighbours.
        Layer each =
            block == 0
                ? new Bottleneck(channels, inner, STRIDES[stage], 3)
                : new Bottleneck(channels, inner, 1, 1);
        layer = layer.then(String.valueOf(block), each);
        channels = EXPANSION * inner;
      }
      network = network.then("layer" + (stage + 1), layer);
    }
    network = network.then(Shaping.GLOBAL_AVERAGE).then("fc", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private record Bottleneck(int inputs, int inner, int stride, int kernel) implements Layer {
    @Override
    public Expr apply(Expr input, Context context) {
      int outputs = EXPANSION * inner;
      Sequential branch =
          normalised("conv1", "bn1", Conv.pointwise(inputs, inner), inner)
              .then(Activation.RELU)
              .then(
                  normalised(
                      "conv2", "bn2", Conv.of(inner, inner, kernel).withStride(stride), inner))
              .then(Activation.RELU)
              .then(normalised("conv3", "bn3", Conv.pointwise(inner, outputs), outputs));
      Expr result = branch.apply(input, context);
      Expr carried = input;
      if (stride != 1 || inputs != outputs) {
        Conv projection = Conv.pointwise(inputs, outputs).withStride(stride);
        carried =
            normalised("downsample.0", "downsample.1", projection, outputs).apply(input, context);
      }
      Shape shape = result.shape();
      Expr cropped =
          Functions.slice(Functions.slice(carried, 2, 0, shape.extent(2)), 3, 0, shape.extent(3));
      return Activation.RELU.of(result.plus(cropped));
    }
  }
}
