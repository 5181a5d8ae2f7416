package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.ProductPrecision;

/** The suite with products in fewer digits. */
class CudaTensorFloatConformanceTest extends CudaConformanceTest {

  @Override
  protected ProductPrecision precision() {
    return ProductPrecision.TENSOR_FLOAT;
  }
}
