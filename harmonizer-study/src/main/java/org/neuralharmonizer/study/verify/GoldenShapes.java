package org.neuralharmonizer.study.verify;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.Padding;

/** Layers that have the parameters found in a reference file. */
record GoldenShapes(Map<String, List<Integer>> shapes) {

  boolean has(String path) {
    return shapes.containsKey(path);
  }

  /** Whether there is a layer or block of this name. */
  boolean hasBelow(String path) {
    return shapes.keySet().stream().anyMatch(each -> each.startsWith(path + "."));
  }

  int extent(String path, int axis) {
    List<Integer> shape = shapes.get(path);
    if (shape == null || axis >= shape.size()) {
      throw new IllegalArgumentException(
          "reference network: parameter \"%s\" is %s, axis %d is needed — there are %s"
              .formatted(path, shape, axis, shapes.keySet()));
    }
    return shape.get(axis);
  }

  /** A convolution of one group. */
  Conv conv(String path) {
    String weight = path + ".weight";
    return Conv.of(extent(weight, 1), extent(weight, 0), extent(weight, 2), extent(weight, 3))
        .withBias(bias(path));
  }

  /** A convolution of one group whose padding keeps the extent at stride 1. */
  Conv centred(String path) {
    return conv(path).withPadding(Padding.symmetric(extent(path + ".weight", 2) / 2));
  }

  /** A convolution with one filter per channel. */
  Conv depthwise(String path) {
    String weight = path + ".weight";
    return Conv.depthwise(extent(weight, 0), extent(weight, 2)).withBias(bias(path));
  }

  Dense dense(String path) {
    String weight = path + ".weight";
    return Dense.of(extent(weight, 1), extent(weight, 0)).withBias(bias(path));
  }

  BatchNorm batchNorm(String path) {
    return BatchNorm.of(extent(path + ".weight", 0));
  }

  LayerNorm layerNorm(String path) {
    return LayerNorm.of(extent(path + ".weight", 0));
  }

  private Bias bias(String path) {
    return has(path + ".bias") ? Bias.LEARNED : Bias.NONE;
  }
}
