package org.neuralharmonizer.cuda;

import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;

/** NVIDIA's matrix products, on one stream. */
final class Cublas implements AutoCloseable {
  /** What NVIDIA recommends for Hopper; others need less. */
  private static final long WORKSPACE_BYTES = 32L << 20;

  private static final int ONE = 0;
  private static final int ZERO = 1;

  private final Device device;
  private final cublasContext handle = new cublasContext();
  private final long workspace;
  private final Words scalars = new Words(2);

  Cublas(Device device, CUstream_st stream) {
    this.device = device;
    scalars.put(ONE, 1f);
    scalars.put(ZERO, 0f);
    workspace = device.allocate(WORKSPACE_BYTES);
    try {
      check(cublas.cublasCreate_v2(handle), "cublasCreate");
      // In this order: setting the stream takes the workspace away again. With a workspace of our
      // own it allocates nothing while work is recorded, and gives the same bits again.
      check(cublas.cublasSetStream_v2(handle, stream), "cublasSetStream");
      check(
          cublas.cublasSetWorkspace_v2(handle, Words.pointer(workspace), WORKSPACE_BYTES),
          "cublasSetWorkspace");
      check(cublas.cublasSetMathMode(handle, cublas.CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
    } catch (CudaException e) {
      close();
      throw e;
    }
  }

  /** Such as 13.0.2; needs no device. */
  static String version() {
    return property(cudart.MAJOR_VERSION)
        + "."
        + property(cudart.MINOR_VERSION)
        + "."
        + property(cudart.PATCH_LEVEL);
  }

  private static int property(int which) {
    int[] value = new int[1];
    check(cublas.cublasGetProperty(which, value), "cublasGetProperty");
    return value[0];
  }

  Device.LibraryCall product(MatrixProduct product) {
    return new Product(product);
  }

  @Override
  public void close() {
    if (!handle.isNull()) {
      cublas.cublasDestroy_v2(handle);
      handle.setNull();
    }
    device.free(workspace);
  }

  private static void check(int status, String call) {
    if (status != cublas.CUBLAS_STATUS_SUCCESS) {
      throw new CudaException(
          "cuda: %s failed: %s (%d, %s)"
              .formatted(
                  call,
                  cublas.cublasGetStatusName(status).getString(),
                  status,
                  cublas.cublasGetStatusString(status).getString()));
    }
  }

  private final class Product implements Device.LibraryCall {
    private final MatrixProduct product;

    Product(MatrixProduct product) {
      this.product = product;
    }

    @Override
    public long scratchBytes() {
      return 0;
    }

    @Override
    public boolean deterministic() {
      return true;
    }

    @Override
    public void run(long a, long b, long result, long scratch) {
      long size = (long) product.m() * product.n();
      if (product.batches() == 0 || size == 0) {
        return;
      }
      if (product.k() == 0) {
        device.clear(result, product.batches() * size * Float.BYTES);
      } else {
        multiply(a, b, result);
      }
    }

    /** Row by row is column by column of the transposed: the result is n × m, right times left. */
    private void multiply(long a, long b, long result) {
      int m = product.m();
      int n = product.n();
      int k = product.k();
      int rowOfLeft = product.left() == Reading.AS_STORED ? k : m;
      int rowOfRight = product.right() == Reading.AS_STORED ? n : k;
      if (product.batches() == 1) {
        check(
            cublas.cublasGemmEx(
                handle,
                operation(product.right()),
                operation(product.left()),
                n,
                m,
                k,
                scalars.at(ONE),
                Words.pointer(b),
                cudart.CUDA_R_32F,
                rowOfRight,
                Words.pointer(a),
                cudart.CUDA_R_32F,
                rowOfLeft,
                scalars.at(ZERO),
                Words.pointer(result),
                cudart.CUDA_R_32F,
                n,
                arithmetic(),
                cublas.CUBLAS_GEMM_DEFAULT),
            "cublasGemmEx");
        return;
      }
      check(
          cublas.cublasGemmStridedBatchedEx(
              handle,
              operation(product.right()),
              operation(product.left()),
              n,
              m,
              k,
              scalars.at(ONE),
              Words.pointer(b),
              cudart.CUDA_R_32F,
              rowOfRight,
              (long) k * n,
              Words.pointer(a),
              cudart.CUDA_R_32F,
              rowOfLeft,
              (long) m * k,
              scalars.at(ZERO),
              Words.pointer(result),
              cudart.CUDA_R_32F,
              n,
              (long) m * n,
              product.batches(),
              arithmetic(),
              cublas.CUBLAS_GEMM_DEFAULT),
          "cublasGemmStridedBatchedEx");
    }

    private int arithmetic() {
      return product.precision() == ProductPrecision.SINGLE
          ? cublas.CUBLAS_COMPUTE_32F
          : cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
    }

    private static int operation(Reading reading) {
      return reading == Reading.AS_STORED ? cublas.CUBLAS_OP_N : cublas.CUBLAS_OP_T;
    }

    @Override
    public void close() {
      // Nothing of its own.
    }
  }
}
