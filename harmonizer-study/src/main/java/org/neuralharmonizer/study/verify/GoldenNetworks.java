package org.neuralharmonizer.study.verify;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * The networks of reference data, built from the parameter shapes and geometry entries in its
 * files; parameters have exactly the files' names. The family is the beginning of the name.
 */
public final class GoldenNetworks {
  private GoldenNetworks() {}

  /**
   * The network of a name such as {@code resnet_train}.
   *
   * @param shapes the parameters' shapes by path
   * @param geometry what shapes cannot tell
   * @param image C × H × W
   * @throws IllegalArgumentException if the family is unknown, or shapes or geometry are incomplete
   */
  public static Classifier of(
      String name,
      Map<String, List<Integer>> shapes,
      Map<String, Object> geometry,
      Shape image,
      int classes) {
    Layer network = network(name, new GoldenShapes(shapes), new GoldenGeometry(geometry));
    return Classifier.of(network, image, classes);
  }

  private static Layer network(String name, GoldenShapes shapes, GoldenGeometry geometry) {
    if (name.startsWith("poollinear")) {
      return poolLinear(shapes, geometry);
    }
    if (name.startsWith("vgg") || name.startsWith("sgd_steps")) {
      return vgg(shapes);
    }
    if (name.startsWith("resnetv2")) {
      return GoldenResNets.preactivated(shapes);
    }
    if (name.startsWith("resnet")) {
      return GoldenResNets.postactivated(shapes);
    }
    if (name.startsWith("effnet")) {
      return GoldenEffNet.network(shapes, geometry);
    }
    if (name.startsWith("vit")) {
      return GoldenTransformers.vit(shapes, geometry);
    }
    if (name.startsWith("convnext")) {
      return GoldenTransformers.convNext(shapes);
    }
    throw new IllegalArgumentException(
        "reference network: family of \""
            + name
            + "\" is unknown — known are poollinear, vgg, resnet, resnetv2, effnet, vit, convnext");
  }

  /** Max pool, flatten, {@code fc}. */
  private static Layer poolLinear(GoldenShapes shapes, GoldenGeometry geometry) {
    return Sequential.of(MaxPool.of(geometry.number("pool")), Shaping.FLATTEN)
        .then("fc", shapes.dense("fc"));
  }

  /**
   * Convolutions {@code features.i} and dense layers {@code classifier.i}, each but the last with
   * ReLU. Indices count every module: where the next convolution is not two further on, a max pool
   * lies between; one more pool ends the features.
   */
  private static Layer vgg(GoldenShapes shapes) {
    Sequential network = Sequential.empty();
    int last = last(shapes, "features");
    for (int i = 0; i <= last; i++) {
      if (shapes.hasBelow("features." + i)) {
        network = network.then("features." + i, shapes.centred("features." + i));
        network = network.then(Activation.RELU);
        if (!shapes.hasBelow("features." + (i + 2))) {
          network = network.then(MaxPool.of(2));
        }
      }
    }
    network = network.then(Shaping.FLATTEN);
    int head = last(shapes, "classifier");
    for (int i = 0; i <= head; i += 2) {
      network = network.then("classifier." + i, shapes.dense("classifier." + i));
      network = i == head ? network : network.then(Activation.RELU);
    }
    return network;
  }

  /** The largest index of a part's modules. */
  private static int last(GoldenShapes shapes, String part) {
    int last = -1;
    for (String path : shapes.shapes().keySet()) {
      if (path.matches(part + "[.][0-9]{1,4}[.].*")) {
        int begin = part.length() + 1;
        last = Math.max(last, Integer.parseInt(path.substring(begin, path.indexOf('.', begin))));
      }
    }
    if (last < 0) {
      throw new IllegalArgumentException(
          "reference network: no \"" + part + ".0\" in " + shapes.shapes().keySet());
    }
    return last;
  }
}
