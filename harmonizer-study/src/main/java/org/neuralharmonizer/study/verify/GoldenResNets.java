package org.neuralharmonizer.study.verify;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;

/** The two residual families. */
final class GoldenResNets {
  private static final double PREACTIVATED_EPSILON = 1.001e-5;

  private GoldenResNets() {}

  /** Stem, stages {@code layer1}, {@code layer2}, … of bottlenecks, head. */
  static Layer postactivated(GoldenShapes shapes) {
    Sequential network =
        Sequential.empty()
            .then("conv1", shapes.centred("conv1").withStride(2))
            .then("bn1", shapes.batchNorm("bn1"))
            .then(Activation.RELU)
            .then(MaxPool.of(3).withStride(2).withPadding(Padding.symmetric(1)));
    for (int stage = 1; shapes.hasBelow("layer" + stage); stage++) {
      for (int block = 0; shapes.hasBelow("layer" + stage + "." + block); block++) {
        String path = "layer" + stage + "." + block;
        network = network.then(path, bottleneck(shapes, path, stage > 1 && block == 0 ? 2 : 1));
      }
    }
    return network.then(Shaping.GLOBAL_AVERAGE).then("fc", shapes.dense("fc"));
  }

  private static Layer bottleneck(GoldenShapes shapes, String path, int stride) {
    Sequential branch =
        Sequential.empty()
            .then("conv1", shapes.conv(path + ".conv1"))
            .then("bn1", shapes.batchNorm(path + ".bn1"))
            .then(Activation.RELU)
            .then("conv2", shapes.centred(path + ".conv2").withStride(stride))
            .then("bn2", shapes.batchNorm(path + ".bn2"))
            .then(Activation.RELU)
            .then("conv3", shapes.conv(path + ".conv3"))
            .then("bn3", shapes.batchNorm(path + ".bn3"));
    Residual sum = Residual.of(branch);
    String shortcut = path + ".downsample";
    if (shapes.hasBelow(shortcut)) {
      sum =
          sum.withShortcut(
              Sequential.empty()
                  .then("downsample.0", shapes.conv(shortcut + ".0").withStride(stride))
                  .then("downsample.1", shapes.batchNorm(shortcut + ".1")));
    }
    return Sequential.of(sum, Activation.RELU);
  }

  /** Stem, blocks {@code block1}, {@code block2}, … that begin with a normalization, head. */
  static Layer preactivated(GoldenShapes shapes) {
    Sequential network = Sequential.empty().then("conv1", shapes.centred("conv1").withStride(2));
    for (int block = 1; shapes.hasBelow("block" + block); block++) {
      network = network.then("block" + block, preactivatedBlock(shapes, "block" + block));
    }
    return network
        .then("post_bn", norm(shapes, "post_bn"))
        .then(Activation.RELU)
        .then(Shaping.GLOBAL_AVERAGE)
        .then("fc", shapes.dense("fc"));
  }

  /** A block with a projection keeps the resolution, one without halves it. */
  private static Layer preactivatedBlock(GoldenShapes shapes, String path) {
    boolean projected = shapes.hasBelow(path + ".proj");
    int stride = projected ? 1 : 2;
    Sequential branch =
        Sequential.empty()
            .then("conv1", shapes.conv(path + ".conv1"))
            .then("bn1", norm(shapes, path + ".bn1"))
            .then(Activation.RELU)
            .then("conv2", shapes.centred(path + ".conv2").withStride(stride))
            .then("bn2", norm(shapes, path + ".bn2"))
            .then(Activation.RELU)
            .then("conv3", shapes.conv(path + ".conv3"));
    Sequential preactivation =
        Sequential.empty()
            .then("preact_bn", norm(shapes, path + ".preact_bn"))
            .then(Activation.RELU);
    if (projected) {
      Layer projection = Sequential.empty().then("proj", shapes.conv(path + ".proj"));
      return preactivation.then(Residual.of(branch).withShortcut(projection));
    }
    return Residual.of(preactivation.then(branch)).withShortcut(GoldenResNets::everySecondPixel);
  }

  private static Expr everySecondPixel(Expr input, Context context) {
    return MaxPool.of(1).withStride(2).apply(input, context);
  }

  private static BatchNorm norm(GoldenShapes shapes, String path) {
    return shapes.batchNorm(path).withEpsilon(PREACTIVATED_EPSILON);
  }
}
