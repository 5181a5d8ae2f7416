package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.normalised;

import java.util.List;
import org.neuralharmonizer.nn.Activation;
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
 * stochastic depth and dropout. Names are those of timm's {@code efficientnet_b0}.
 *
 * @param size height and width of an image
 * @param width the multiplier of all channel counts, which are then rounded to multiples of 8
 * @param depth the multiplier of the numbers of blocks, which are rounded up
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan, Le: EfficientNet</a>
 */
public record EfficientNetB0(int size, int classes, double width, double depth) {
  private static final int STEM = 32;
  private static final int HEAD = 1280;
  private static final int DIVISOR = 8;
  private static final double LEAST_KEPT = 0.9;

  /** Squeezed channels are a quarter of the block's input, not of its expansion. */
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

  public EfficientNetB0 {
    if (!(width > 0 && depth > 0)) {
      throw new IllegalArgumentException(
          "EfficientNet: width and depth are multipliers, not %s and %s".formatted(width, depth));
    }
  }

  public static EfficientNetB0 of(int size, int classes) {
    return new EfficientNetB0(size, classes, 1, 1);
  }

  public EfficientNetB0 withWidth(double other) {
    return new EfficientNetB0(size, classes, other, depth);
  }

  public EfficientNetB0 withDepth(double other) {
    return new EfficientNetB0(size, classes, width, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = rounded(STEM);
    Conv stem = Conv.of(3, channels, 3).withStride(2).withPadding(Padding.symmetric(1));
    Sequential network = normalised("conv_stem", "bn1", stem, channels).then(Activation.SWISH);
    for (int i = 0; i < STAGES.size(); i++) {
      Stage stage = STAGES.get(i);
      int outputs = rounded(stage.channels());
      for (int block = 0; block < Math.ceil(depth * stage.blocks()); block++) {
        int stride = block == 0 ? stage.stride() : 1;
        network =
            network.then(
                "blocks.%d.%d".formatted(i, block), block(channels, outputs, stage, stride));
        channels = outputs;
      }
    }
    int head = rounded(HEAD);
    network =
        network
            .then(normalised("conv_head", "bn2", Conv.pointwise(channels, head), head))
            .then(Activation.SWISH)
            .then(Shaping.GLOBAL_AVERAGE)
            .then("classifier", Dense.of(head, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /** To the nearest multiple of 8, but never by more than a tenth down. */
  private int rounded(int channels) {
    double wanted = width * channels;
    int nearest = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2) / DIVISOR * DIVISOR);
    return nearest < LEAST_KEPT * wanted ? nearest + DIVISOR : nearest;
  }

  /** The first stage, which does not expand, has two convolutions, all others have three. */
  private static Layer block(int inputs, int outputs, Stage stage, int stride) {
    int expanded = inputs * stage.expansion();
    boolean expands = stage.expansion() > 1;
    Conv depthwise =
        Conv.depthwise(expanded, stage.kernel())
            .withStride(stride)
            .withPadding(Padding.symmetric(stage.kernel() / 2));
    SqueezeExcite squeeze =
        SqueezeExcite.of(expanded, Math.max(1, inputs / SQUEEZE))
            .withActivation(Activation.SWISH)
            .withNames("conv_reduce", "conv_expand");
    Conv project = Conv.pointwise(expanded, outputs);
    Sequential branch =
        expands
            ? normalised("conv_pw", "bn1", Conv.pointwise(inputs, expanded), expanded)
                .then(Activation.SWISH)
            : Sequential.empty();
    branch =
        branch
            .then(normalised("conv_dw", expands ? "bn2" : "bn1", depthwise, expanded))
            .then(Activation.SWISH)
            .then("se", squeeze)
            .then(
                expands
                    ? normalised("conv_pwl", "bn3", project, outputs)
                    : normalised("conv_pw", "bn2", project, outputs));
    return stride == 1 && inputs == outputs ? Residual.of(branch) : branch;
  }
}
