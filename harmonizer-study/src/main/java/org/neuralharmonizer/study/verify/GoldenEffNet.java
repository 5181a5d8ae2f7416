package org.neuralharmonizer.study.verify;

import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.SqueezeExcite;

/** The family of inverted bottlenecks with squeeze-excite. */
final class GoldenEffNet {
  private static final double EPSILON = 1e-3;

  private GoldenEffNet() {}

  /** Stem, {@code blocks.i}, top, head. */
  static Layer network(GoldenShapes shapes, GoldenGeometry geometry) {
    Conv stem = shapes.conv("stem_conv").withStride(2).withPadding(Padding.same());
    Sequential network = normalised(shapes, "", "stem", stem).then(Activation.SWISH);
    for (int block = 0; shapes.hasBelow("blocks." + block); block++) {
      int stride = geometry.number("strides", block);
      network = network.then("blocks." + block, block(shapes, "blocks." + block + ".", stride));
    }
    return network
        .then(normalised(shapes, "", "top", shapes.conv("top_conv")))
        .then(Activation.SWISH)
        .then(Shaping.GLOBAL_AVERAGE)
        .then("fc", shapes.dense("fc"));
  }

  private static Layer block(GoldenShapes shapes, String prefix, int stride) {
    Sequential branch = Sequential.empty();
    if (shapes.hasBelow(prefix + "expand_conv")) {
      branch =
          branch
              .then(normalised(shapes, prefix, "expand", shapes.conv(prefix + "expand_conv")))
              .then(Activation.SWISH);
    }
    Conv depthwise =
        shapes.depthwise(prefix + "dw_conv").withStride(stride).withPadding(Padding.same());
    String reduce = prefix + "se_reduce.weight";
    branch =
        branch
            .then(normalised(shapes, prefix, "dw", depthwise))
            .then(Activation.SWISH)
            .then(
                SqueezeExcite.of(shapes.extent(reduce, 1), shapes.extent(reduce, 0))
                    .withActivation(Activation.SWISH)
                    .withNames("se_reduce", "se_expand"))
            .then(normalised(shapes, prefix, "project", shapes.conv(prefix + "project_conv")));
    int outputs = shapes.extent(prefix + "project_conv.weight", 0);
    return stride == 1 && inputs(shapes, prefix) == outputs ? Residual.of(branch) : branch;
  }

  private static int inputs(GoldenShapes shapes, String prefix) {
    return shapes.hasBelow(prefix + "expand_conv")
        ? shapes.extent(prefix + "expand_conv.weight", 1)
        : shapes.extent(prefix + "dw_conv.weight", 0);
  }

  private static Sequential normalised(GoldenShapes shapes, String prefix, String name, Conv conv) {
    return Sequential.empty()
        .then(name + "_conv", conv)
        .then(name + "_bn", shapes.batchNorm(prefix + name + "_bn").withEpsilon(EPSILON));
  }
}
