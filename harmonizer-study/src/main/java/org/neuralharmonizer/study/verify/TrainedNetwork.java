package org.neuralharmonizer.study.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.CifarResNet;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.tensor.Tensor;

/** The families of trained networks in reference data, told by the names of their folders. */
enum TrainedNetwork {
  /** Of Keras; gradients have a dot where weights have a slash. */
  MOBILENET("model-mobilenet", Preprocessing.signed()) {
    @Override
    Classifier classifier(Map<String, Tensor> weights, int size) {
      int stem = Values.tensor(weights, "conv1/kernel").shape().extent(-1);
      int classes = Values.tensor(weights, "conv_preds/kernel").shape().extent(-1);
      return MobileNetV1.of(stem / STEM, size, classes).classifier();
    }

    @Override
    Parameters parameters(Map<String, Tensor> arrays) {
      Map<String, Tensor> named = new LinkedHashMap<>();
      arrays.forEach((name, value) -> named.put(slashed(name), value));
      return MobileNetV1.fromKeras(named);
    }

    @Override
    String path(String name) {
      return slashed(name)
          .replaceFirst("/(kernel|depthwise_kernel|gamma)$", ".weight")
          .replaceFirst("/(bias|beta)$", ".bias");
    }

    private static String slashed(String name) {
      return name.replaceFirst("\\.(\\w+)$", "/$1");
    }
  },
  /** Of PyTorch. */
  CIFAR_RESNET("model-resnet", Preprocessing.imagenet()) {
    @Override
    Classifier classifier(Map<String, Tensor> weights, int size) {
      int blocks = 0;
      while (weights.containsKey("layer1." + blocks + ".conv1.weight")) {
        blocks++;
      }
      int classes = Values.tensor(weights, "linear.bias").size();
      return CifarResNet.of(6 * blocks + 2).withSize(size).withClasses(classes).classifier();
    }

    @Override
    Parameters parameters(Map<String, Tensor> arrays) {
      return Parameters.of(arrays);
    }

    @Override
    String path(String name) {
      return name;
    }
  };

  /** Channels of the first convolution at width 1. */
  private static final double STEM = 32;

  private final String folder;
  private final Preprocessing preprocessing;

  TrainedNetwork(String folder, Preprocessing preprocessing) {
    this.folder = folder;
    this.preprocessing = preprocessing;
  }

  /** The family of a folder's name, if it is one of them. */
  static Optional<TrainedNetwork> in(String folder) {
    return Arrays.stream(values()).filter(each -> folder.startsWith(each.folder)).findFirst();
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The architecture that has the stored weights. */
  abstract Classifier classifier(Map<String, Tensor> weights, int size);

  /** Arrays of the data under this library's names and in its layouts. */
  abstract Parameters parameters(Map<String, Tensor> arrays);

  /** This library's name of an array of the data. */
  abstract String path(String name);
}
