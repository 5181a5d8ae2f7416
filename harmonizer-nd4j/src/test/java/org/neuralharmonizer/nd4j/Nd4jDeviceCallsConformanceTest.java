package org.neuralharmonizer.nd4j;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.testing.BackendConformance;

/** The calls that are made on a GPU, which stay on the device, give the same on the processor. */
class Nd4jDeviceCallsConformanceTest extends BackendConformance {
  @Override
  protected Backend open(BackendOptions options) {
    return new Nd4jBackend("nd4j-cuda", options, Plan.Device.CUDA, Convolutions.Kind.PLAIN);
  }

  @Override
  protected Extent extent() {
    return Extent.SAMPLE;
  }

  /** ND4J's tanh is a quotient of differences, whose digits near 0 are those of 1. */
  @Override
  protected double leastUnit(Code function) {
    return function == Code.TANH ? Math.ulp(1f) / 2 : 0;
  }
}
