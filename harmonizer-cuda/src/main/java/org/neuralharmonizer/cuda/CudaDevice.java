package org.neuralharmonizer.cuda;

import java.util.Optional;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * A GPU by way of the driver, cuBLAS, cuDNN and NVRTC. Only {@link #compile} may be called by
 * several threads at once. The libraries' handles are made when first needed.
 */
final class CudaDevice implements Device {
  /**
   * Four kibibytes of pointers are what every architecture takes; the other half points to them.
   */
  private static final int MOST_ARGUMENTS = 512;

  private static final PointerPointer<Pointer> NO_EXTRAS = new PointerPointer<>((Pointer) null);

  private final Description description;
  private final int handle;
  private final SourceCompiler compiler;
  private final Words words = new Words(2 * MOST_ARGUMENTS);
  private final CUctx_st context = new CUctx_st();
  private final CUstream_st stream = new CUstream_st();
  private final Staging staging = new Staging(stream);
  private @Nullable Cublas cublas;
  private @Nullable Cudnn cudnn;
  private boolean closed;

  /**
   * Takes possession of a device; {@link CudaLibraries} has found that it can be used.
   *
   * @throws IllegalArgumentException if there are not as many
   * @throws CudaException if the driver refuses
   */
  static CudaDevice open(int number, SourceFolders folders) {
    Driver.check(cudart.cuInit(0), "cuInit");
    int count = Driver.devices();
    if (number >= count) {
      throw new IllegalArgumentException(
          "cuda: there is no device %d, there are %d — count from 0".formatted(number, count));
    }
    Description description = Driver.describe(number, CudaLibraries.versions());
    CudaLibraries.reasonAgainst(description)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException("cuda: device %d: %s".formatted(number, reason));
            });
    return new CudaDevice(number, description, folders);
  }

  private CudaDevice(int number, Description description, SourceFolders folders) {
    this.description = description;
    Nvrtc nvrtc = new Nvrtc(description.architecture());
    compiler = folders.around(nvrtc, nvrtc.identity() + ", driver " + Driver.version());
    handle = Driver.handle(number);
    Driver.check(cudart.cuDevicePrimaryCtxRetain(context, handle), "cuDevicePrimaryCtxRetain");
    try {
      enter();
      Driver.check(cudart.cuStreamCreate(stream, cudart.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    } catch (CudaException e) {
      cudart.cuDevicePrimaryCtxRelease(handle);
      throw e;
    }
  }

  @Override
  public Description description() {
    return description;
  }

  @Override
  public long freeBytes() {
    Driver.check(cudart.cuMemGetInfo(words.sizeAt(0), words.sizeAt(1)), "cuMemGetInfo");
    return words.get(0);
  }

  @Override
  public void enter() {
    Driver.check(cudart.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  @Override
  public long allocate(long bytes) {
    long[] address = new long[1];
    // The driver refuses to allocate nothing.
    int status = cudart.cuMemAlloc(address, Math.max(bytes, 1));
    if (status == cudart.CUDA_ERROR_OUT_OF_MEMORY) {
      throw new OutOfDeviceMemoryException(bytes);
    }
    Driver.check(status, "cuMemAlloc");
    return address[0];
  }

  @Override
  public void free(long address) {
    Driver.check(cudart.cuMemFree(address), "cuMemFree");
  }

  @Override
  public void upload(float[] values, int count, long address) {
    staging.upload(values, count, address);
  }

  @Override
  public void download(long address, float[] values) {
    staging.download(address, values);
  }

  @Override
  public void copy(long from, long to, long bytes) {
    if (bytes > 0) {
      Driver.check(cudart.cuMemcpyDtoDAsync(to, from, bytes, stream), "cuMemcpyDtoDAsync");
    }
  }

  @Override
  public void clear(long address, long bytes) {
    if (bytes > 0) {
      Driver.check(cudart.cuMemsetD8Async(address, (byte) 0, bytes, stream), "cuMemsetD8Async");
    }
  }

  @Override
  public byte[] compile(String source) {
    return compiler.compile(source);
  }

  @Override
  public Code load(byte[] code) {
    return new LoadedCode(code);
  }

  @Override
  public void launch(long kernel, Grid grid, long... addresses) {
    assert addresses.length <= MOST_ARGUMENTS : addresses.length;
    for (int i = 0; i < addresses.length; i++) {
      words.put(MOST_ARGUMENTS + i, addresses[i]);
      words.put(i, words.address(MOST_ARGUMENTS + i));
    }
    CUfunc_st function = new CUfunc_st(Words.pointer(kernel));
    Driver.check(
        cudart.cuLaunchKernel(
            function,
            grid.blocks(),
            1,
            1,
            grid.threads(),
            1,
            1,
            0,
            stream,
            words.pointersAt(0),
            NO_EXTRAS),
        "cuLaunchKernel");
  }

  @Override
  public LibraryCall product(
      MatrixProduct product, long a, long b, long result, long scratch, long scratchBytes) {
    if (cublas == null) {
      cublas = new Cublas(this, stream);
    }
    return cublas.product(product, new Room(a, b, result, scratch, scratchBytes));
  }

  @Override
  public LibraryCall convolution(
      ConvolutionTask task, long a, long b, long result, long scratch, long scratchBytes) {
    if (cudnn == null) {
      cudnn = new Cudnn(stream);
    }
    return cudnn.convolution(task, new Room(a, b, result, scratch, scratchBytes));
  }

  @Override
  public Recording record(Runnable work) {
    return CapturedGraph.of(stream, work);
  }

  @Override
  public void synchronize() {
    Driver.check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    enter();
    cudart.cuStreamSynchronize(stream);
    Optional.ofNullable(cudnn).ifPresent(Cudnn::close);
    Optional.ofNullable(cublas).ifPresent(Cublas::close);
    staging.close();
    cudart.cuStreamDestroy(stream);
    cudart.cuCtxSetCurrent(null);
    Driver.check(cudart.cuDevicePrimaryCtxRelease(handle), "cuDevicePrimaryCtxRelease");
  }
}
