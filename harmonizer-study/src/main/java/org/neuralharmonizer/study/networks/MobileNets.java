package org.neuralharmonizer.study.networks;

import java.util.Map;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.tensor.Tensor;

/** MobileNetV1 of any width and image size, from Keras' arrays or this library's. */
record MobileNets(double width, int size) implements Architecture {
  private static final int IMAGENET_CLASSES = 1000;

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.signed();
  }

  /** Keras separates a layer's name from its variable by a slash, this library by a dot. */
  @Override
  public Parameters named(Map<String, Tensor> arrays) {
    boolean keras = arrays.keySet().stream().anyMatch(name -> name.contains("/"));
    return keras ? MobileNetV1.fromKeras(arrays) : Parameters.of(arrays);
  }

  @Override
  public Classifier classifierFor(Map<String, Tensor> values) {
    return classifier(Architecture.rows(values, "conv_preds.bias", IMAGENET_CLASSES));
  }

  @Override
  public Classifier classifier(int classes) {
    return MobileNetV1.of(width, size, classes).classifier();
  }
}
