package org.neuralharmonizer.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Copies between tensors and dense arrays, in large pieces. */
final class Transfers {
  private static final int PORTION = 1 << 18;

  private final Plan.Device device;
  private final float[] portion = new float[PORTION];

  Transfers(Plan.Device device) {
    this.device = device;
  }

  void upload(Tensor value, INDArray target) {
    if (device == Plan.Device.CUDA) {
      target.assign(Nd4j.createFromArray(value.toArray()).reshape(target.shape()));
      return;
    }
    HostArray memory = HostArray.of(target);
    for (int done = 0; done < value.size(); done += PORTION) {
      int count = Math.min(PORTION, value.size() - done);
      value.copyTo(done, count, portion, 0);
      memory.put(portion, done, count);
    }
  }

  Tensor download(INDArray source, Shape shape) {
    if (device == Plan.Device.CUDA) {
      return Tensor.adopt(shape, source.dup('c').data().asFloat());
    }
    float[] values = new float[shape.size()];
    HostArray.of(source).get(values, 0, values.length);
    return Tensor.adopt(shape, values);
  }
}
