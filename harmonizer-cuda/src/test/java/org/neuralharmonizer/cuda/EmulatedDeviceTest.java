package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.cuda.Device.Grid;

class EmulatedDeviceTest {
  private static final long LIMIT = 1 << 20;

  private static final String ADD =
      """
      constexpr int THREADS = 256;
      extern "C" __global__ void __launch_bounds__(THREADS, 2) add_1000(
          const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ y) {
        const int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i >= 1000) return;
        y[i] = a[i] + b[i];
      }
      """;

  private static final String SUM =
      """
      template <class T>
      __device__ __forceinline__ T warpSum(T value) {
        #pragma unroll
        for (int offset = 16; offset > 0; offset >>= 1) {
          value += __shfl_down_sync(0xffffffffu, value, offset);
        }
        return value;
      }

      __device__ double blockSum(double value) {
        __shared__ double parts[8];
        value = warpSum(value);
        if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = value;
        __syncthreads();
        return warpSum(threadIdx.x < 8 ? parts[threadIdx.x] : 0.0);
      }

      extern "C" __global__ void sum_1000(const float* a, float* y) {
        const int i = blockIdx.x * blockDim.x + threadIdx.x;
        double sum = blockSum(i < 1000 ? a[i] : 0.0f);
        if (threadIdx.x == 0) y[blockIdx.x] = (float) sum;
      }
      """;

  private EmulatedDevice device;

  @BeforeEach
  void open() {
    EmulatedDevice.assumeAvailable();
    device = new EmulatedDevice(LIMIT);
    device.enter();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.enter();
      device.close();
    }
  }

  @Test
  void addsWithTail() {
    float[] a = random(1000, 1);
    float[] b = random(1000, 2);
    float[] expected = new float[1000];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = a[i] + b[i];
    }
    assertThat(run(ADD, "add_1000", new Grid(4, 256), 1000, a, b)).isEqualTo(expected);
  }

  @Test
  void sumsBlocks() {
    float[] a = random(1000, 1);
    float[] sums = run(SUM, "sum_1000", new Grid(4, 256), 4, a);
    for (int block = 0; block < sums.length; block++) {
      double sum = 0;
      for (int i = block * 256; i < Math.min((block + 1) * 256, a.length); i++) {
        sum += a[i];
      }
      assertThat(sums[block]).isCloseTo((float) sum, within(1e-6f));
    }
  }

  @Test
  void threadsMayReturnBeforeOthersWait() {
    String source =
        """
        extern "C" __global__ void rotate(const float* a, float* y) {
          __shared__ float values[64];
          if (threadIdx.x >= 50) return;
          values[threadIdx.x] = a[threadIdx.x];
          __syncthreads();
          y[threadIdx.x] = values[(threadIdx.x + 1) % 50];
        }
        """;
    float[] a = random(64, 1);
    float[] y = run(source, "rotate", new Grid(1, 64), 50, a);
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isEqualTo(a[(i + 1) % 50]);
    }
  }

  @Test
  void lanesExchange() {
    String source =
        """
        extern "C" __global__ void exchange(const float* a, float* y) {
          const int i = threadIdx.x;
          float value = a[i];
          y[i] = __shfl_xor_sync(0xffffffffu, value, 1);
          y[64 + i] = __shfl_sync(0xffffffffu, value, 3);
          y[128 + i] = __shfl_up_sync(0xffffffffu, value, 2, 8);
          y[192 + i] = (float) __shfl_sync(0xffffffffu, (double) value, i + 1, 16);
          int count = __shfl_down_sync(0xffffffffu, i, 5);
          y[256 + i] = (float) count;
        }
        """;
    float[] a = random(64, 1);
    float[] y = run(source, "exchange", new Grid(1, 64), 320, a);
    for (int i = 0; i < 64; i++) {
      assertThat(y[i]).isEqualTo(a[i ^ 1]);
      assertThat(y[64 + i]).isEqualTo(a[i / 32 * 32 + 3]);
      assertThat(y[128 + i]).isEqualTo(a[i % 8 < 2 ? i : i - 2]);
      assertThat(y[192 + i]).isEqualTo(a[i / 16 * 16 + (i + 1) % 16]);
      assertThat(y[256 + i]).isEqualTo(i % 32 + 5 < 32 ? i + 5 : i);
    }
  }

  @Test
  void laneThatReturnedSendsNothing() {
    String source =
        """
        extern "C" __global__ void shift(const float* a, float* y) {
          if (threadIdx.x >= 20) return;
          y[threadIdx.x] = __shfl_down_sync(0xffffffffu, a[threadIdx.x], 1);
        }
        """;
    float[] a = random(32, 1);
    float[] y = run(source, "shift", new Grid(1, 32), 20, a);
    assertThat(y[18]).isEqualTo(a[19]);
    assertThat(y[19]).isNaN();
  }

  @Test
  void vectorsAndFunctions() {
    String source =
        """
        __constant__ float half = 0.5f;
        extern "C" __global__ void functions(const float* a, unsigned* bits, float* y) {
          const float4 v = reinterpret_cast<const float4*>(a)[threadIdx.x];
          float4 w = make_float4(fminf(v.x, v.y), max(v.x, v.y), half * erff(v.z), rsqrtf(v.w));
          reinterpret_cast<float4*>(y)[threadIdx.x] = w;
          if (isnan(v.x)) y[0] = 1.0f;
          if (threadIdx.x == 0) {
            bits[0] = 0u;
            atomicOr(&bits[0], __float_as_uint(__ldg(a)));
            y[8] = __uint_as_float(bits[0]);
            y[9] = (float) min(3, 4) + powf(2.0f, 3.0f) + __int_as_float(0x3f800000);
          }
        }
        """;
    float[] a = {1, 2, 0, 4, 5, 3, 9, 16};
    float[] y = run(source, "functions", new Grid(1, 2), 10, a, new float[1]);
    assertThat(y).containsExactly(1, 2, 0, 0.5f, 3, 5, 0.5f, 0.25f, 1, 12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "y[threadIdx.x + 3] = 1.0f | write of 4 bytes at byte 16 of 16 allocated in thread 1",
        "y[(int) threadIdx.x - 1] = 1.0f | write of 4 bytes, 4 bytes before 16 allocated",
        "y[0] = a[threadIdx.x + 4] | read of 4 bytes at byte 16 of 16 allocated in thread 0",
        "y[100000000] = 1.0f | write of 4 bytes at 0x",
        "*reinterpret_cast<float2*>(y + 1) = make_float2(1.0f, 1.0f) | misaligned access at",
        "__shared__ float s[8]; s[blockDim.x + 7 + threadIdx.x] = a[0] | index beyond an array",
        "y[0] = (float) (1 / (int) threadIdx.x) | division by zero",
        "y[0] = (float) (2147483647 + (int) blockDim.x) | integer overflow at kernels.cu",
        "if (threadIdx.x == 0) __syncwarp(); else __syncthreads() | deadlock in block 0",
        "__syncwarp(1u << (threadIdx.x ^ 1)) | a lane that its mask 00000002 leaves out",
        "__trap() | trap in thread 0 of block 0"
      })
  void misuseIsFound(String statement, String message) {
    String source =
        "extern \"C\" __global__ void wrong(const float* a, float* y) { " + statement + "; }";
    assertThatThrownBy(() -> run(source, "wrong", new Grid(1, 2), 4, new float[4]))
        .isInstanceOf(CudaException.class)
        .hasMessageStartingWith("wrong: ")
        .hasMessageContaining(message);
  }

  @Test
  void freshMemoryIsNotANumber() {
    String source =
        """
        extern "C" __global__ void unwritten(const float* a, float* y) {
          __shared__ float values[2];
          if (threadIdx.x == blockIdx.x) values[threadIdx.x] = 1.0f;
          __syncthreads();
          y[2 * blockIdx.x + threadIdx.x] = values[threadIdx.x];
        }
        """;
    float[] y = run(source, "unwritten", new Grid(2, 2), 6, new float[1]);
    assertThat(y).containsExactly(1, Float.NaN, Float.NaN, 1, Float.NaN, Float.NaN);
  }

  @Test
  void launchesAreChecked() {
    long address = device.allocate(4000);
    long closed;
    try (Device.Code code = device.load(device.compile(ADD))) {
      long kernel = code.kernel("add_1000");
      closed = kernel;
      assertThatThrownBy(() -> code.kernel("other")).hasMessageContaining("name other");
      assertThatThrownBy(() -> device.launch(kernel, new Grid(1, 512), address, address, address))
          .hasMessageContaining("1 to 256");
      assertThatThrownBy(() -> device.launch(kernel, new Grid(1, 1), address, address))
          .hasMessageContaining("takes 3 addresses, not 2");
      assertThatThrownBy(
              () -> device.launch(kernel, new Grid(1, 1), address, address, address + 4000))
          .hasMessageContaining("argument 2");
    }
    assertThatThrownBy(() -> device.launch(closed, new Grid(1, 1), address, address, address))
        .hasMessageContaining("no kernel");
    device.free(address);
  }

  @Test
  void errorsOfTheCompilerAreTold() {
    assertThatThrownBy(() -> device.compile("\nextern \"C\" __global__ void f(float* y) { z; }"))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("kernels.cu:2:")
        .hasMessageContaining("'z' was not declared");
  }

  @Test
  void recordedWorkRunsWhenReplayed() {
    float[] a = random(1000, 1);
    float[] b = new float[1000];
    long x = device.allocate(4000);
    long y = device.allocate(4000);
    device.upload(a, a.length, x);
    device.clear(y, 4000);
    try (Device.Code code = device.load(device.compile(ADD))) {
      long kernel = code.kernel("add_1000");
      long sum = device.allocate(4000);
      try (Device.Recording recording =
          device.record(
              () -> {
                device.launch(kernel, new Grid(4, 256), x, y, sum);
                device.copy(sum, y, 4000);
                assertThatThrownBy(device::synchronize).hasMessageContaining("while recording");
                assertThatThrownBy(() -> device.allocate(4)).hasMessageContaining("allocate");
                assertThatThrownBy(() -> device.upload(a, a.length, x))
                    .hasMessageContaining("upload");
                assertThatThrownBy(() -> device.download(x, b)).hasMessageContaining("download");
              })) {
        device.download(y, b);
        assertThat(b).containsOnly(0);
        recording.replay();
        recording.replay();
        device.synchronize();
        device.download(y, b);
        for (int i = 0; i < b.length; i++) {
          assertThat(b[i]).isEqualTo(a[i] + a[i]);
        }
        device.free(sum);
        assertThatThrownBy(recording::replay).hasMessageContaining("argument 2");
      }
    }
    device.free(x);
    device.free(y);
  }

  @Test
  void memoryIsCounted() {
    long first = device.allocate(LIMIT - 256);
    assertThat(first % 256).isZero();
    assertThatThrownBy(() -> device.allocate(257)).isInstanceOf(OutOfDeviceMemoryException.class);
    assertThat(device.freeBytes()).isEqualTo(256);
    device.free(first);
    assertThatThrownBy(() -> device.free(first)).isInstanceOf(CudaException.class);
    assertThatThrownBy(() -> device.allocate(0)).isInstanceOf(CudaException.class);
    assertThat(device.allocatedBytes()).isZero();
    assertThat(device.peakBytes()).isEqualTo(LIMIT - 256);
  }

  @Test
  void whatIsLeftBehindIsTold() {
    EmulatedDevice other = new EmulatedDevice(LIMIT);
    other.enter();
    other.allocate(12);
    assertThatThrownBy(other::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("12 bytes allocated");
  }

  @Test
  void threadsEnter() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                device.allocate(4);
              } catch (CudaException e) {
                thrown.set(e);
              }
            });
    thread.start();
    thread.join();
    assertThat(thrown.get()).hasMessageContaining("has not entered");
  }

  /** A kernel's last argument is its result. */
  private float[] run(String source, String name, Grid grid, int length, float[]... inputs) {
    long[] addresses = new long[inputs.length + 1];
    float[] values = new float[length];
    try (Device.Code code = device.load(device.compile(source))) {
      for (int i = 0; i < inputs.length; i++) {
        addresses[i] = device.allocate(4L * inputs[i].length);
        device.upload(inputs[i], inputs[i].length, addresses[i]);
      }
      addresses[inputs.length] = device.allocate(4L * length);
      device.launch(code.kernel(name), grid, addresses);
      device.download(addresses[inputs.length], values);
    } finally {
      for (long address : addresses) {
        device.free(address);
      }
    }
    return values;
  }

  static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
