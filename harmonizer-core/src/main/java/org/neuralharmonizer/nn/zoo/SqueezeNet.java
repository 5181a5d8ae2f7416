package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * SqueezeNet, without its dropout: modules that squeeze channels by 1 × 1 convolutions and expand
 * them by 1 × 1 and 3 × 3 ones side by side. Names are those of torchvision.
 *
 * @param version 1.1 pools earlier and takes 2.4 times fewer operations than 1.0
 * @param size height and width of an image
 * @param width the multiplier of all channel counts
 * @see <a href="https://arxiv.org/abs/1602.07360">Iandola et al.: SqueezeNet</a>
 */
public record SqueezeNet(Version version, int size, int classes, double width) {

  /** Which of the two published networks. */
  public enum Version {
    V1_0(7, 96, List.of(3, 4, 1)),
    V1_1(3, 64, List.of(2, 2, 4));

    private final int kernel;
    private final int stem;

    /** Modules after each pool. */
    private final List<Integer> groups;

    Version(int kernel, int stem, List<Integer> groups) {
      this.kernel = kernel;
      this.stem = stem;
      this.groups = groups;
    }
  }

  private static final int[] SQUEEZED = {16, 16, 32, 32, 48, 48, 64, 64};
  private static final int EXPANSION = 4;

  public static SqueezeNet of(Version version, int size, int classes) {
    return new SqueezeNet(version, size, classes, 1);
  }

  public SqueezeNet withWidth(double other) {
    return new SqueezeNet(version, size, classes, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(width, version.stem);
    Conv stem = Conv.of(3, channels, version.kernel).withStride(2);
    Sequential network = Sequential.empty().then("features.0", stem).then(Activation.RELU);
    // The numbers of torchvision's list: convolution, activation, then pools and modules.
    int number = 2;
    int module = 0;
    for (int count : version.groups) {
      network = network.then(MaxPool.of(3).withStride(2).withPadding(Padding.ceiling(0)));
      number++;
      for (int i = 0; i < count; i++) {
        int squeezed = scaled(width, SQUEEZED[module++]);
        network = network.then("features." + number++, new Fire(channels, squeezed));
        channels = 2 * EXPANSION * squeezed;
      }
    }
    network =
        network
            .then("classifier.1", Conv.pointwise(channels, classes))
            .then(Activation.RELU)
            .then(Shaping.GLOBAL_AVERAGE);
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /** One module. */
  private record Fire(int inputs, int squeezed) implements Layer {
    @Override
    public Expr apply(Expr input, Context context) {
      int each = EXPANSION * squeezed;
      Conv spatial = Conv.of(squeezed, each, 3).withPadding(Padding.symmetric(1));
      Expr few =
          Activation.RELU.of(context.apply("squeeze", Conv.pointwise(inputs, squeezed), input));
      Expr points = context.apply("expand1x1", Conv.pointwise(squeezed, each), few);
      Expr squares = context.apply("expand3x3", spatial, few);
      return Functions.concat(1, Activation.RELU.of(points), Activation.RELU.of(squares));
    }
  }
}
