package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.normalised;
import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.List;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * ResNet of bottleneck blocks in the form of PyTorch, where the 3 × 3 convolution of a block has
 * its stride ("version 1.5"); with its usual blocks it has 50 layers. Names are those of
 * torchvision.
 *
 * @param size height and width of an image
 * @param blocks of each of the four stages
 * @param width the multiplier of all channel counts
 * @see <a href="https://arxiv.org/abs/1512.03385">He, Zhang, Ren, Sun: Deep residual learning for
 *     image recognition</a>
 */
public record ResNet50(int size, int classes, List<Integer> blocks, double width) {
  private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int EXPANSION = 4;

  public ResNet50 {
    blocks = Blocks.ofFourStages("ResNet", blocks);
  }

  public static ResNet50 of(int size, int classes) {
    return new ResNet50(size, classes, BLOCKS, 1);
  }

  /** Another depth; 3, 4, 23 and 3 blocks make ResNet-101. */
  public ResNet50 withBlocks(Integer... counts) {
    return new ResNet50(size, classes, List.of(counts), width);
  }

  public ResNet50 withWidth(double other) {
    return new ResNet50(size, classes, blocks, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(width, WIDTHS[0]);
    Conv stem = Conv.of(3, channels, 7).withStride(2).withPadding(Padding.symmetric(3));
    Sequential network =
        normalised("conv1", "bn1", stem, channels)
            .then(Activation.RELU)
            .then(MaxPool.of(3).withStride(2).withPadding(Padding.symmetric(1)));
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      int inner = scaled(width, WIDTHS[stage]);
      Sequential layer = Sequential.empty();
      for (int block = 0; block < blocks.get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        layer = layer.then(String.valueOf(block), bottleneck(channels, inner, stride));
        channels = EXPANSION * inner;
      }
      network = network.then("layer" + (stage + 1), layer);
    }
    network = network.then(Shaping.GLOBAL_AVERAGE).then("fc", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static Layer bottleneck(int inputs, int inner, int stride) {
    int outputs = EXPANSION * inner;
    Conv spatial = Conv.of(inner, inner, 3).withStride(stride).withPadding(Padding.symmetric(1));
    Sequential branch =
        normalised("conv1", "bn1", Conv.pointwise(inputs, inner), inner)
            .then(Activation.RELU)
            .then(normalised("conv2", "bn2", spatial, inner))
            .then(Activation.RELU)
            .then(normalised("conv3", "bn3", Conv.pointwise(inner, outputs), outputs));
    Residual sum = Residual.of(branch);
    if (stride != 1 || inputs != outputs) {
      Conv projection = Conv.pointwise(inputs, outputs).withStride(stride);
      sum = sum.withShortcut(normalised("downsample.0", "downsample.1", projection, outputs));
    }
    return Sequential.of(sum, Activation.RELU);
  }
}
