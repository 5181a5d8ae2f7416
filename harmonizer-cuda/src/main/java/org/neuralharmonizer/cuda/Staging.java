package org.neuralharmonizer.cuda;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Copies between arrays and the device through two buffers that cannot be paged out, one of which
 * is filled or emptied while the other travels. They are made when first needed.
 */
final class Staging implements AutoCloseable {
  private static final int BUFFERS = 2;
  private static final int CHUNK = 4 << 20;

  private final CUstream_st stream;
  private final List<Buffer> buffers = new ArrayList<>(BUFFERS);
  private int next;

  Staging(CUstream_st stream) {
    this.stream = stream;
  }

  /** The array may be changed as soon as this returns; the copy may still be under way. */
  void upload(float[] values, int length, long address) {
    for (int start = 0, count; start < length; start += count) {
      count = Math.min(CHUNK, length - start);
      Buffer buffer = take();
      buffer.waitUntilIdle();
      buffer.floats.put(0, values, start, count);
      Driver.check(
          cudart.cuMemcpyHtoDAsync(
              address + (long) start * Float.BYTES,
              buffer.memory,
              (long) count * Float.BYTES,
              stream),
          "cuMemcpyHtoDAsync");
      buffer.mark();
    }
  }

  /** Waits for all work before it. */
  void download(long address, float[] values) {
    // Asked for one chunk ahead of the one that is emptied; the stream keeps the order.
    Buffer ahead = request(address, values, 0);
    for (int start = 0, count; start < values.length; start += count) {
      count = chunk(values, start);
      Buffer arriving = ahead;
      ahead = request(address, values, start + count);
      arriving.waitUntilIdle();
      arriving.floats.get(0, values, start, count);
    }
    Driver.check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
  }

  private Buffer request(long address, float[] values, int start) {
    Buffer buffer = take();
    int count = chunk(values, start);
    if (count > 0) {
      Driver.check(
          cudart.cuMemcpyDtoHAsync(
              buffer.memory,
              address + (long) start * Float.BYTES,
              (long) count * Float.BYTES,
              stream),
          "cuMemcpyDtoHAsync");
      buffer.mark();
    }
    return buffer;
  }

  private static int chunk(float[] values, int start) {
    return Math.min(CHUNK, values.length - start);
  }

  private Buffer take() {
    while (buffers.size() < BUFFERS) {
      buffers.add(new Buffer());
    }
    next = (next + 1) % BUFFERS;
    return buffers.get(next);
  }

  @Override
  public void close() {
    buffers.forEach(Buffer::close);
    buffers.clear();
  }

  private final class Buffer implements AutoCloseable {
    private final Pointer memory = new Pointer();
    private final CUevent_st event = new CUevent_st();
    private final FloatBuffer floats;

    Buffer() {
      long bytes = (long) CHUNK * Float.BYTES;
      Driver.check(
          cudart.cuMemHostAlloc(memory, bytes, cudart.CU_MEMHOSTALLOC_PORTABLE), "cuMemHostAlloc");
      int status = cudart.cuEventCreate(event, cudart.CU_EVENT_DISABLE_TIMING);
      if (status != cudart.CUDA_SUCCESS) {
        cudart.cuMemFreeHost(memory);
        Driver.check(status, "cuEventCreate");
      }
      floats =
          new BytePointer(memory)
              .capacity(bytes)
              .asByteBuffer()
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }

    /** Until the copy that was marked last is done. */
    void waitUntilIdle() {
      Driver.check(cudart.cuEventSynchronize(event), "cuEventSynchronize");
    }

    void mark() {
      Driver.check(cudart.cuEventRecord(event, stream), "cuEventRecord");
    }

    @Override
    public void close() {
      cudart.cuEventDestroy(event);
      cudart.cuMemFreeHost(memory);
    }
  }
}
