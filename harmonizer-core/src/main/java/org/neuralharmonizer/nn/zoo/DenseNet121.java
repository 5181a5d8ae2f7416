package org.neuralharmonizer.nn.zoo;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.AveragePool;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * DenseNet, in which each layer sees the outputs of all before it in its block; with its usual
 * blocks it has 121 layers. Names are those of torchvision.
 *
 * @param size height and width of an image
 * @param blocks layers of each dense block
 * @param growth channels that a layer adds
 * @see <a href="https://arxiv.org/abs/1608.06993">Huang, Liu, van der Maaten, Weinberger: Densely
 *     connected convolutional networks</a>
 */
public record DenseNet121(int size, int classes, List<Integer> blocks, int growth) {
  private static final int GROWTH = 32;
  private static final int BOTTLENECK = 4;

  public DenseNet121 {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty() || growth < 1) {
      throw new IllegalArgumentException(
          "DenseNet: blocks %s and growth %d leave nothing".formatted(blocks, growth));
    }
  }

  public static DenseNet121 of(int size, int classes) {
    return new DenseNet121(size, classes, List.of(6, 12, 24, 16), GROWTH);
  }

  /** Another depth; 6, 12, 32 and 32 make DenseNet-169. */
  public DenseNet121 withBlocks(Integer... counts) {
    return new DenseNet121(size, classes, List.of(counts), growth);
  }

  public DenseNet121 withGrowth(int channels) {
    return new DenseNet121(size, classes, blocks, channels);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = 2 * growth;
    Conv stem = Conv.of(3, channels, 7).withStride(2).withPadding(Padding.symmetric(3));
    Sequential features =
        Blocks.normalised("conv0", "norm0", stem, channels)
            .then(Activation.RELU)
            .then(MaxPool.of(3).withStride(2).withPadding(Padding.symmetric(1)));
    for (int block = 1; block <= blocks.size(); block++) {
      features =
          features.then("denseblock" + block, new DenseBlock(channels, blocks.get(block - 1)));
      channels += growth * blocks.get(block - 1);
      if (block < blocks.size()) {
        features = features.then("transition" + block, transition(channels));
        channels /= 2;
      }
    }
    Sequential network =
        Sequential.empty()
            .then("features", features.then("norm5", BatchNorm.of(channels)))
            .then(Activation.RELU)
            .then(Shaping.GLOBAL_AVERAGE)
            .then("classifier", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static Layer transition(int channels) {
    return Sequential.empty()
        .then("norm", BatchNorm.of(channels))
        .then(Activation.RELU)
        .then("conv", Conv.pointwise(channels, channels / 2).withBias(Bias.NONE))
        .then(AveragePool.of(2));
  }

  private final class DenseBlock implements Layer {
    private final int inputs;
    private final int layers;

    DenseBlock(int inputs, int layers) {
      this.inputs = inputs;
      this.layers = layers;
    }

    @Override
    public Expr apply(Expr input, Context context) {
      Expr all = input;
      for (int i = 0; i < layers; i++) {
        Layer layer = layer(inputs + i * growth);
        all = Functions.concat(1, all, context.apply("denselayer" + (i + 1), layer, all));
      }
      return all;
    }

    private Layer layer(int channels) {
      int inner = BOTTLENECK * growth;
      Conv spatial = Conv.of(inner, growth, 3).withPadding(Padding.symmetric(1));
      return Sequential.empty()
          .then("norm1", BatchNorm.of(channels))
          .then(Activation.RELU)
          .then("conv1", Conv.pointwise(channels, inner).withBias(Bias.NONE))
          .then("norm2", BatchNorm.of(inner))
          .then(Activation.RELU)
          .then("conv2", spatial.withBias(Bias.NONE));
    }
  }
}
