package org.neuralharmonizer.study.networks;

import java.util.Map;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/** A family of networks whose sizes are in a name, or follow from weights. */
interface Architecture {
  Preprocessing preprocessing();

  /** The arrays of a file under the names and in the layouts of this library. */
  default Parameters named(Map<String, Tensor> arrays) {
    return Parameters.of(arrays);
  }

  /** The network that the values come nearest to; they need not fit it. */
  Classifier classifierFor(Map<String, Tensor> values);

  /** The network before training. */
  Classifier classifier(int classes);

  /** The first extent of an array, or another number if there is no such array. */
  static int rows(Map<String, Tensor> values, String path, int otherwise) {
    Tensor value = values.get(path);
    return value == null || value.shape().rank() == 0 || value.size() == 0
        ? otherwise
        : value.shape().extent(0);
  }
}
