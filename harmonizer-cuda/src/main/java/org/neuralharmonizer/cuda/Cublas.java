package org.neuralharmonizer.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;

/** NVIDIA's matrix products, on one stream; remembers what was fastest. */
final class Cublas implements AutoCloseable {
  /** What NVIDIA recommends for Hopper; others need less. */
  private static final long WORKSPACE_BYTES = 32L << 20;

  /** Of the time of the library's own choice: what a faster algorithm must save at least. */
  private static final float LEAST_GAIN = 0.03f;

  private static final int ONE = 0;
  private static final int ZERO = 1;

  private final Device device;
  private final CUstream_st stream;
  private final cublasContext handle = new cublasContext();
  private final long workspace;
  private final Words scalars = new Words(2);
  private final Map<MatrixProduct, Optional<CublasLt.Algorithm>> fastest = new HashMap<>();
  private @Nullable CublasLt light;

  Cublas(Device device, CUstream_st stream) {
    this.device = device;
    this.stream = stream;
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

  /**
   * A product by the algorithm that the library chooses itself or, if there is much to do, by the
   * fastest of those it proposes.
   */
  Device.LibraryCall product(MatrixProduct product, Room room) {
    Product plain = new Product(product);
    if (!product.isLarge()
        || !CublasLt.isAligned(room.a(), room.b(), room.result(), room.scratch())) {
      return plain;
    }
    return described(product).map(described -> fastest(plain, described, room)).orElse(plain);
  }

  /** Nothing if the library refuses: the plain call does not need it. */
  private Optional<CublasLt.Described> described(MatrixProduct product) {
    try {
      if (light == null) {
        light = new CublasLt(stream);
      }
      return Optional.of(light.new Described(product));
    } catch (CudaException e) {
      return Optional.empty();
    }
  }

  private Device.LibraryCall fastest(Product plain, CublasLt.Described described, Room room) {
    try {
      Optional<CublasLt.Algorithm> choice = fastest.get(plain.product);
      if (choice == null
          || choice.filter(known -> known.scratchBytes() > room.bytes()).isPresent()) {
        choice = choose(plain, described, room);
        fastest.put(plain.product, choice);
      }
      if (choice.isPresent()) {
        return new Chosen(plain, described, choice.get());
      }
    } catch (CudaException e) {
      described.close();
      throw e;
    }
    described.close();
    return plain;
  }

  private Optional<CublasLt.Algorithm> choose(
      Product plain, CublasLt.Described described, Room room) {
    try (Stopwatch stopwatch = new Stopwatch(device, stream)) {
      Runnable unchosen = () -> plain.run(room.a(), room.b(), room.result(), room.scratch());
      float least = stopwatch.milliseconds(unchosen);
      Optional<CublasLt.Algorithm> choice = Optional.empty();
      float shortest = Float.POSITIVE_INFINITY;
      for (CublasLt.Algorithm each : proposed(described, room)) {
        float milliseconds = timed(stopwatch, described, each, room);
        if (milliseconds < shortest) {
          choice = Optional.of(each);
          shortest = milliseconds;
        }
      }
      // Once more: a device that was idle before has raised its clocks since.
      least = Math.min(least, stopwatch.milliseconds(unchosen));
      return shortest < least * (1 - LEAST_GAIN) ? choice : Optional.empty();
    }
  }

  private static List<CublasLt.Algorithm> proposed(CublasLt.Described described, Room room) {
    try {
      return described.algorithms(room.bytes());
    } catch (CudaException e) {
      return List.of();
    }
  }

  /** Forever if it fails. */
  private static float timed(
      Stopwatch stopwatch, CublasLt.Described described, CublasLt.Algorithm algorithm, Room room) {
    try {
      return stopwatch.milliseconds(
          () -> described.run(algorithm, room.a(), room.b(), room.result(), room.scratch()));
    } catch (CudaException e) {
      return Float.POSITIVE_INFINITY;
    }
  }

  @Override
  public void close() {
    if (!handle.isNull()) {
      cublas.cublasDestroy_v2(handle);
      handle.setNull();
    }
    if (light != null) {
      light.close();
    }
    device.free(workspace);
  }

  static void check(int status, String call) {
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

  static int arithmetic(MatrixProduct product) {
    boolean isRounded =
        product.operands() == Format.SINGLE && product.precision() == ProductPrecision.TENSOR_FLOAT;
    return isRounded ? cublas.CUBLAS_COMPUTE_32F_FAST_TF32 : cublas.CUBLAS_COMPUTE_32F;
  }

  static int type(Format format) {
    return format == Format.SINGLE ? cudart.CUDA_R_32F : cudart.CUDA_R_16BF;
  }

  static int operation(Reading reading) {
    return reading == Reading.AS_STORED ? cublas.CUBLAS_OP_N : cublas.CUBLAS_OP_T;
  }

  /** By an algorithm that was found faster. */
  private static final class Chosen implements Device.LibraryCall {
    private final Product plain;
    private final CublasLt.Described described;
    private final CublasLt.Algorithm algorithm;

    Chosen(Product plain, CublasLt.Described described, CublasLt.Algorithm algorithm) {
      this.plain = plain;
      this.described = described;
      this.algorithm = algorithm;
    }

    @Override
    public long scratchBytes() {
      return algorithm.scratchBytes();
    }

    @Override
    public boolean deterministic() {
      return true;
    }

    @Override
    public void run(long a, long b, long result, long scratch) {
      if (CublasLt.isAligned(a, b, result, scratch)) {
        described.run(algorithm, a, b, result, scratch);
      } else {
        plain.run(a, b, result, scratch);
      }
    }

    @Override
    public void close() {
      described.close();
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
        device.clear(result, product.batches() * size * product.result().bytes());
      } else {
        multiply(a, b, result);
      }
    }

    /** Row by row is column by column of the transposed: the result is n × m, right times left. */
    private void multiply(long a, long b, long result) {
      int m = product.m();
      int n = product.n();
      int k = product.k();
      int operands = type(product.operands());
      int target = type(product.result());
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
                operands,
                rowOfRight,
                Words.pointer(a),
                operands,
                rowOfLeft,
                scalars.at(ZERO),
                Words.pointer(result),
                target,
                n,
                arithmetic(product),
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
              operands,
              rowOfRight,
              (long) k * n,
              Words.pointer(a),
              operands,
              rowOfLeft,
              (long) m * k,
              scalars.at(ZERO),
              Words.pointer(result),
              target,
              n,
              (long) m * n,
              product.batches(),
              arithmetic(product),
              cublas.CUBLAS_GEMM_DEFAULT),
          "cublasGemmStridedBatchedEx");
    }

    @Override
    public void close() {
      // Nothing of its own.
    }
  }
}
