package org.neuralharmonizer.bench.networks;

import java.util.List;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.SqueezeExcite;
import org.neuralharmonizer.tensor.Shape;

/**
 * EfficientNet-B0 in the form of PyTorch: symmetric padding, batch norm with ε = 1e-5, without
 * stochastic depth and dropout.
 *
 * @param size height and width of an image
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan, Le: EfficientNet</a>
 */
public record EfficientNetB0(int size, int classes) {
  private static final int STEM = 32;
  private static final int HEAD = 1280;
  // Squeezed channels are a quarter of the block's input, not of its expansion.
  private static final int SQUEEZE = 4;

  private record Stage(int expansion, int channels, int blocks, int stride, int kernel) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1, 3),
          new Stage(6, 24, 2, 2, 3),
          new Stage(6, 40, 2, 2, 5),
          new Stage(6, 80, 3, 2, 3),
          new Stage(6, 112, 3, 1, 5),
          new Stage(6, 192, 4, 2, 5),
          new Stage(6, 320, 1, 1, 3));

  public static EfficientNetB0 of(int size, int classes) {
    return new EfficientNetB0(size, classes);
  }

  /** The network. */
  public Classifier classifier() {
    Conv stem = Conv.of(3, STEM, 3).withStride(2).withPadding(Padding.symmetric(1));
    Sequential network = active("stem", stem, STEM);
    int channels = STEM;
    for (int i = 0; i < STAGES.size(); i++) {
      Stage stage = STAGES.get(i);
      for (int block = 0; block < stage.blocks(); block++) {
        String name = "blocks.%d.%d".formatted(i, block);
        network = network.then(name, block(channels, stage, block == 0 ? stage.stride() : 1));
        channels = stage.channels();
      }
    }
    network =
        network
            .then(active("head", Conv.pointwise(channels, HEAD), HEAD))
            .then(Shaping.GLOBAL_AVERAGE)
            .then("classifier", Dense.of(HEAD, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static Layer block(int inputs, Stage stage, int stride) {
    int expanded = inputs * stage.expansion();
    int outputs = stage.channels();
    Sequential branch =
        stage.expansion() == 1
            ? Sequential.empty()
            : active("expand", Conv.pointwise(inputs, expanded), expanded);
    Conv depthwise =
        Conv.depthwise(expanded, stage.kernel())
            .withStride(stride)
            .withPadding(Padding.symmetric(stage.kernel() / 2));
    branch =
        branch
            .then(active("depthwise", depthwise, expanded))
            .then(
                "squeeze",
                SqueezeExcite.of(expanded, inputs / SQUEEZE).withActivation(Activation.SWISH))
            .then(normalised("project", Conv.pointwise(expanded, outputs), outputs));
    return stride == 1 && inputs == outputs ? Residual.of(branch) : branch;
  }

  private static Sequential active(String name, Conv conv, int channels) {
    return normalised(name, conv, channels).then(Activation.SWISH);
  }

  private static Sequential normalised(String name, Conv conv, int channels) {
    return Sequential.empty()
        .then(name + "_conv", conv.withBias(Bias.NONE))
        .then(name + "_bn", BatchNorm.of(channels));
  }
}
