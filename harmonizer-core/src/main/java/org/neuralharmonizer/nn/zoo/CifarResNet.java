package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.normalised;
import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * ResNet for CIFAR: three stages of blocks of two 3 × 3 convolutions with 16, 32 and 64 channels.
 * Between stages the shortcut takes every second pixel and pads channels with zeros (option A), so
 * it has no parameters. Names are those of akamaster/pytorch_resnet_cifar10, from which its trained
 * weights come.
 *
 * @param depth 6 n + 2 layers: 20, 32, 44, 56, 110
 * @param size height and width of an image
 * @param width the multiplier of all channel counts
 * @see <a href="https://arxiv.org/abs/1512.03385">He, Zhang, Ren, Sun: Deep residual learning for
 *     image recognition, section 4.2</a>
 */
public record CifarResNet(int depth, int size, int classes, double width) {
  private static final int[] WIDTHS = {16, 32, 64};
  private static final int LAYERS_PER_BLOCK = 6;

  public CifarResNet {
    if (depth < 2 + LAYERS_PER_BLOCK || (depth - 2) % LAYERS_PER_BLOCK != 0) {
      throw new IllegalArgumentException(
          "CIFAR ResNet: depth %d is not 6 n + 2 — use 20, 32, 44, 56 or 110".formatted(depth));
    }
  }

  /** For 32 × 32 images of ten classes. */
  public static CifarResNet of(int depth) {
    return new CifarResNet(depth, 32, 10, 1);
  }

  public CifarResNet withClasses(int count) {
    return new CifarResNet(depth, size, count, width);
  }

  public CifarResNet withSize(int pixels) {
    return new CifarResNet(depth, pixels, classes, width);
  }

  public CifarResNet withWidth(double other) {
    return new CifarResNet(depth, size, classes, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(width, WIDTHS[0]);
    Sequential network =
        normalised("conv1", "bn1", spatial(3, channels, 1), channels).then(Activation.RELU);
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      int outputs = scaled(width, WIDTHS[stage]);
      Sequential layer = Sequential.empty();
      for (int block = 0; block < (depth - 2) / LAYERS_PER_BLOCK; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        layer = layer.then(String.valueOf(block), block(channels, outputs, stride));
        channels = outputs;
      }
      network = network.then("layer" + (stage + 1), layer);
    }
    network = network.then(Shaping.GLOBAL_AVERAGE).then("linear", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static Layer block(int inputs, int outputs, int stride) {
    Sequential branch =
        normalised("conv1", "bn1", spatial(inputs, outputs, stride), outputs)
            .then(Activation.RELU)
            .then(normalised("conv2", "bn2", spatial(outputs, outputs, 1), outputs));
    Residual sum = Residual.of(branch);
    if (stride != 1 || inputs != outputs) {
      sum = sum.withShortcut((x, context) -> subsampled(x, outputs, stride));
    }
    return Sequential.of(sum, Activation.RELU);
  }

  private static Conv spatial(int inputs, int outputs, int stride) {
    return Conv.of(inputs, outputs, 3).withStride(stride).withPadding(Padding.symmetric(1));
  }

  /** Every so many pixels, and zeros in half of the new channels before and half behind. */
  private static Expr subsampled(Expr x, int outputs, int stride) {
    Shape shape = x.shape();
    Expr fewer =
        x.slice(
            Span.all(shape.extent(0)),
            Span.all(shape.extent(1)),
            every(stride, shape.extent(2)),
            every(stride, shape.extent(3)));
    int added = outputs - shape.extent(1);
    int before = added / 2;
    return Functions.pad(fewer, new int[] {0, before, 0, 0}, new int[] {0, added - before, 0, 0});
  }

  private static Span every(int step, int extent) {
    return new Span(0, step, (extent + step - 1) / step);
  }
}
