package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.normalised;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.SqueezeExcite;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * EfficientNet-B0 in the form of PyTorch: symmetric padding, batch norm with ε = 1e-5, without
 * stochastic depth and dropout. Names are those of timm's {@code efficientnet_b0}.
 *
 * @param size height and width of an image
 * @param width the multiplier of all channel counts, which are then rounded to multiples of 8
 * @param depth the multiplier of the numbers of blocks, which are rounded up
 * @param port whose weights it can take
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan, Le: EfficientNet</a>
 */
public record EfficientNetB0(int size, int classes, double width, double depth, Port port) {

  /** Whose padding and batch normalization a network has, and so whose weights it can take. */
  public enum Port {
    /** Symmetric padding, ε = 1e-5: timm's {@code efficientnet_b0}. */
    PYTORCH,
    /** Padding SAME, ε = 1e-3: Keras, and timm's {@code tf_efficientnet_b0}. */
    TENSORFLOW
  }

  private static final int STEM = 32;
  private static final int HEAD = 1280;
  private static final double KERAS_EPSILON = 1e-3;
  private static final double KERAS_MOMENTUM = 0.01;
  private static final Pattern KERAS_BLOCK = Pattern.compile("block(\\d)([a-z])_(.+)");
  private static final Map<String, String> KERAS_LAYERS =
      Map.of(
          "stem_conv", "conv_stem",
          "stem_bn", "bn1",
          "top_conv", "conv_head",
          "top_bn", "bn2",
          "probs", "classifier",
          "predictions", "classifier");

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
    return new EfficientNetB0(size, classes, 1, 1, Port.PYTORCH);
  }

  public EfficientNetB0 withWidth(double other) {
    return new EfficientNetB0(size, classes, other, depth, port);
  }

  public EfficientNetB0 withDepth(double other) {
    return new EfficientNetB0(size, classes, width, other, port);
  }

  public EfficientNetB0 withPort(Port other) {
    return new EfficientNetB0(size, classes, width, depth, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = rounded(STEM);
    Conv stem = Conv.of(3, channels, 3).withStride(2).withPadding(padding(3));
    Sequential network =
        normalised("conv_stem", "bn1", stem, norm(channels)).then(Activation.SWISH);
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
            .then(normalised("conv_head", "bn2", Conv.pointwise(channels, head), norm(head)))
            .then(Activation.SWISH)
            .then(Shaping.GLOBAL_AVERAGE)
            .then("classifier", Dense.of(head, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private int rounded(int channels) {
    return Blocks.divisible(width * channels);
  }

  /** The first stage, which does not expand, has two convolutions, all others have three. */
  private Layer block(int inputs, int outputs, Stage stage, int stride) {
    int expanded = inputs * stage.expansion();
    boolean expands = stage.expansion() > 1;
    Conv depthwise =
        Conv.depthwise(expanded, stage.kernel())
            .withStride(stride)
            .withPadding(padding(stage.kernel()));
    SqueezeExcite squeeze =
        SqueezeExcite.of(expanded, Math.max(1, inputs / SQUEEZE))
            .withActivation(Activation.SWISH)
            .withNames("conv_reduce", "conv_expand");
    Conv project = Conv.pointwise(expanded, outputs);
    Sequential branch =
        expands
            ? normalised("conv_pw", "bn1", Conv.pointwise(inputs, expanded), norm(expanded))
                .then(Activation.SWISH)
            : Sequential.empty();
    branch =
        branch
            .then(normalised("conv_dw", expands ? "bn2" : "bn1", depthwise, norm(expanded)))
            .then(Activation.SWISH)
            .then("se", squeeze)
            .then(
                expands
                    ? normalised("conv_pwl", "bn3", project, norm(outputs))
                    : normalised("conv_pw", "bn2", project, norm(outputs)));
    return stride == 1 && inputs == outputs ? Residual.of(branch) : branch;
  }

  private Padding padding(int kernel) {
    return port == Port.PYTORCH ? Padding.symmetric(kernel / 2) : Padding.same();
  }

  private BatchNorm norm(int channels) {
    BatchNorm norm = BatchNorm.of(channels);
    return port == Port.PYTORCH
        ? norm
        : norm.withEpsilon(KERAS_EPSILON).withMomentum(KERAS_MOMENTUM);
  }

  /**
   * Parameters from Keras' arrays, {@code layer/variable}, of keras.applications or of the package
   * efficientnet, for {@link Port#TENSORFLOW}. Layers that only prepare pixels must be left out.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of EfficientNet's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    return KerasArrays.of("EfficientNet", EfficientNetB0::layerOfKeras).converted(arrays);
  }

  private static String layerOfKeras(String layer) {
    Matcher block = KERAS_BLOCK.matcher(layer);
    if (!block.matches()) {
      return KERAS_LAYERS.getOrDefault(layer, layer);
    }
    int stage = Integer.parseInt(block.group(1)) - 1;
    int number = block.group(2).charAt(0) - 'a';
    boolean expands = stage > 0;
    String part =
        switch (block.group(3)) {
          case "expand_conv" -> "conv_pw";
          case "expand_bn" -> "bn1";
          case "dwconv" -> "conv_dw";
          case "bn" -> expands ? "bn2" : "bn1";
          case "se_reduce" -> "se.conv_reduce";
          case "se_expand" -> "se.conv_expand";
          case "project_conv" -> expands ? "conv_pwl" : "conv_pw";
          case "project_bn" -> expands ? "bn3" : "bn2";
          default -> block.group(3);
        };
    return "blocks.%d.%d.%s".formatted(stage, number, part);
  }
}
