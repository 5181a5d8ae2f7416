package org.neuralharmonizer.cuda;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;

/** NVIDIA's convolutions, on one stream; remembers what was fastest. */
final class Cudnn implements AutoCloseable {
  private static final int MESSAGE_BYTES = 512;

  private final cudnnContext handle = new cudnnContext();
  private final Map<ConvolutionTask, Algorithm> fastest = new HashMap<>();

  /**
   * One way to compute a convolution.
   *
   * @param number in cuDNN's enumeration for the member of the trio
   * @param mathType the arithmetic it was timed with
   * @param milliseconds measured or estimated
   */
  record Algorithm(int number, int mathType, float milliseconds, boolean deterministic) {}

  Cudnn(CUstream_st stream) {
    check(cudnn.cudnnCreate(handle), "cudnnCreate");
    try {
      check(cudnn.cudnnSetStream(handle, stream), "cudnnSetStream");
    } catch (CudaException e) {
      close();
      throw e;
    }
  }

  /** Such as 9.13.0; needs no device. */
  static String version() {
    long version = cudnn.cudnnGetVersion();
    return version / 10_000 + "." + version % 10_000 / 100 + "." + version % 100;
  }

  /**
   * A convolution by the fastest algorithm of those that always give the same bits, or, where none
   * does, by the fastest.
   */
  Device.LibraryCall convolution(ConvolutionTask task, Room room) {
    CudnnConvolution convolution = new CudnnConvolution(handle, task);
    try {
      Algorithm known = fastest.get(task);
      if (known != null && convolution.use(known, room.bytes())) {
        return convolution;
      }
      fastest.put(task, choose(convolution, task, room));
      return convolution;
    } catch (CudaException e) {
      convolution.close();
      throw e;
    }
  }

  private static Algorithm choose(CudnnConvolution convolution, ConvolutionTask task, Room room) {
    Comparator<Algorithm> order =
        Comparator.comparing(Algorithm::deterministic)
            .reversed()
            .thenComparing(Algorithm::milliseconds);
    for (CudnnConvolution.Search search : CudnnConvolution.Search.values()) {
      List<Algorithm> found = convolution.find(search, room);
      for (Algorithm each : found.stream().sorted(order).toList()) {
        if (convolution.use(each, room.bytes())) {
          return each;
        }
      }
    }
    throw new CudaException(
        "cuda: cuDNN has no algorithm that needs at most %d bytes of scratch for %s"
            .formatted(room.bytes(), task));
  }

  @Override
  public void close() {
    if (!handle.isNull()) {
      cudnn.cudnnDestroy(handle);
      handle.setNull();
    }
  }

  static void check(int status, String call) {
    if (status != cudnn.CUDNN_STATUS_SUCCESS) {
      byte[] message = new byte[MESSAGE_BYTES];
      cudnn.cudnnGetLastErrorString(message, message.length);
      throw new CudaException(
          "cuda: %s failed: %s (%d, %s)"
              .formatted(
                  call,
                  cudnn.cudnnGetErrorString(status).getString(),
                  status,
                  Strings.upToZero(message).strip()));
    }
  }
}
