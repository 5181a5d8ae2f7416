package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.cuda.ConvolutionTask.Axis;
import org.neuralharmonizer.cuda.ConvolutionTask.Member;
import org.neuralharmonizer.expr.Contraction.Reading;

/** The device itself, against loops in double. */
class CudaDeviceTest {
  private static final String TWICE =
      """
      extern "C" __global__ void twice(const float *x, float *y) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        y[i] = 2.0f * x[i];
      }
      """;
  private static final long ROOM = 64 << 20;

  private static CudaDevice device;

  @BeforeAll
  static void open() {
    device = Cuda.device();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
      device.close();
    }
  }

  @BeforeEach
  void enter() {
    device.enter();
  }

  @Test
  void itDescribesItself() {
    Device.Description description = device.description();
    assertThat(description.name()).isNotBlank();
    assertThat(description.architecture()).isGreaterThanOrEqualTo(50);
    assertThat(description.processors()).isPositive();
    assertThat(description.bytes()).isGreaterThanOrEqualTo(device.freeBytes());
    assertThat(description.versions()).contains("driver", "cuBLAS", "cuDNN", "NVRTC");
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> CudaDevice.open(1000, SourceFolders.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cuda: there is no device 1000, there are ");
  }

  @Test
  void moreMemoryThanThereIsIsRefused() {
    long bytes = 1L << 44;
    assertThatThrownBy(() -> device.allocate(bytes))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessage(bytes + " bytes");
    long nothing = device.allocate(0);
    device.free(nothing);
  }

  /** Of lengths around the staging buffers' 4 Mi numbers. */
  @Test
  void whatGoesUpComesDown() {
    for (int length : new int[] {0, 1, 1000, 4 << 20, (4 << 20) + 1, 13_000_000}) {
      float[] values = random(length);
      float[] changing = values.clone();
      long first = device.allocate(4L * length);
      long second = device.allocate(4L * length);
      device.upload(changing, changing.length, first);
      Arrays.fill(changing, -1);
      device.copy(first, second, 4L * length);
      device.clear(first, 4L * length);
      float[] copied = new float[length];
      float[] cleared = random(length);
      device.download(second, copied);
      device.download(first, cleared);
      assertThat(Arrays.equals(copied, values)).as("%d", length).isTrue();
      assertThat(Arrays.equals(cleared, new float[length])).as("%d", length).isTrue();
      device.free(first);
      device.free(second);
    }
  }

  @Test
  void kernelsRunAtOnceOrRecorded() {
    int length = 256;
    float[] values = random(length);
    long x = put(values);
    long y = put(new float[length]);
    try (Device.Code code = device.load(device.compile(TWICE))) {
      long kernel = code.kernel("twice");
      assertThatThrownBy(() -> code.kernel("thrice"))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("thrice");
      device.launch(kernel, new Device.Grid(2, 128), x, y);
      assertThat(get(y, length)).isEqualTo(scaled(values, 2));
      try (Device.Recording recording =
          device.record(
              () -> {
                device.launch(kernel, new Device.Grid(2, 128), x, y);
                device.copy(y, x, 4L * length);
                device.clear(y, 4);
              })) {
        assertThat(get(x, length)).isEqualTo(values);
        recording.replay();
        recording.replay();
        float[] last = scaled(values, 4);
        assertThat(get(x, length)).isEqualTo(last);
        last[0] = 0;
        assertThat(get(y, length)).isEqualTo(last);
      }
    }
    device.free(x);
    device.free(y);
  }

  @Test
  void aFailureWhileRecordingLeavesTheDeviceUsable() {
    long x = put(new float[] {1, 2});
    assertThatThrownBy(
            () ->
                device.record(
                    () -> {
                      device.clear(x, 8);
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");
    device.synchronize();
    assertThat(get(x, 2)).containsExactly(1, 2);
    device.free(x);
  }

  @Test
  void productsInEveryReading() {
    for (ProductPrecision precision : ProductPrecision.values()) {
      for (Reading left : Reading.values()) {
        for (Reading right : Reading.values()) {
          for (int batches : new int[] {1, 3}) {
            product(new MatrixProduct(batches, 33, 20, 47, left, right, precision));
          }
        }
      }
    }
  }

  /** Large enough that algorithms are timed; the sizes are those of attention, and odd. */
  @Test
  void largeProductsInEveryReading() {
    for (ProductPrecision precision : ProductPrecision.values()) {
      for (Reading left : Reading.values()) {
        for (Reading right : Reading.values()) {
          product(new MatrixProduct(11, 197, 197, 64, left, right, precision));
          product(new MatrixProduct(1, 96, 260, 1030, left, right, precision));
        }
      }
    }
  }

  /** What is chosen must do for operands that begin anywhere. */
  @Test
  void aLargeProductOfOperandsThatAreNotAligned() {
    MatrixProduct product =
        new MatrixProduct(
            1, 300, 300, 300, Reading.AS_STORED, Reading.AS_STORED, ProductPrecision.SINGLE);
    int size = 300 * 300;
    float[] ones = new float[size + 1];
    Arrays.fill(ones, 1);
    long a = put(ones);
    long b = put(ones);
    long result = device.allocate(4L * ones.length);
    long scratch = device.allocate(ROOM);
    try (Device.LibraryCall call = device.product(product, a, b, result, scratch, ROOM)) {
      device.clear(result, 4L * ones.length);
      call.run(a + 4, b + 4, result + 4, scratch);
      float[] values = get(result, size + 1);
      assertThat(values[0]).isZero();
      values[0] = 300;
      assertThat(values).containsOnly(300);
    }
    List.of(a, b, result, scratch).forEach(device::free);
  }

  private static void product(MatrixProduct product) {
    int m = product.m();
    int n = product.n();
    int k = product.k();
    float[] a = random(product.batches() * m * k);
    float[] b = random(product.batches() * k * n);
    double[] expected = new double[product.batches() * m * n];
    for (int i = 0; i < expected.length; i++) {
      int batch = i / (m * n);
      int row = i / n % m;
      int column = i % n;
      for (int j = 0; j < k; j++) {
        int inLeft = product.left() == Reading.AS_STORED ? row * k + j : j * m + row;
        int inRight = product.right() == Reading.AS_STORED ? j * n + column : column * k + j;
        expected[i] += (double) a[batch * m * k + inLeft] * b[batch * k * n + inRight];
      }
    }
    long scratch = device.allocate(ROOM);
    long first = put(a);
    long second = put(b);
    long result = device.allocate(4L * expected.length);
    // The second time, the choice is remembered.
    for (int i = 0; i < 2; i++) {
      try (Device.LibraryCall call =
          device.product(product, first, second, result, scratch, ROOM)) {
        assertThat(call.deterministic()).isTrue();
        assertThat(call.scratchBytes()).isBetween(0L, ROOM);
        check(call, a, b, expected, product.precision(), product);
      }
    }
    List.of(scratch, first, second, result).forEach(device::free);
  }

  @Test
  void aProductOverNothingIsZero() {
    long result = put(new float[] {1, 2, 3, 4, 5, 6});
    MatrixProduct sums =
        new MatrixProduct(
            1, 2, 3, 0, Reading.AS_STORED, Reading.AS_STORED, ProductPrecision.SINGLE);
    MatrixProduct nothing =
        new MatrixProduct(
            0, 2, 3, 4, Reading.AS_STORED, Reading.AS_STORED, ProductPrecision.SINGLE);
    try (Device.LibraryCall none = device.product(nothing, result, result, result, 0, 0);
        Device.LibraryCall zero = device.product(sums, result, result, result, 0, 0)) {
      none.run(result, result, result, 0);
      assertThat(get(result, 6)).containsExactly(1, 2, 3, 4, 5, 6);
      zero.run(result, result, result, 0);
      assertThat(get(result, 6)).containsOnly(0);
    }
    device.free(result);
  }

  @Test
  void convolutionsOfEveryMember() {
    Axis plain = new Axis(3, 1, 1, 1, 11);
    Axis wide = new Axis(5, 2, 1, 2, 7);
    Axis dilated = new Axis(3, 2, 2, 1, 6);
    for (ProductPrecision precision : ProductPrecision.values()) {
      for (Member member : Member.values()) {
        convolution(
            new ConvolutionTask(member, 2, 8, 4, 1, 11, 13, plain, wide, precision, Format.SINGLE));
        convolution(
            new ConvolutionTask(
                member, 3, 4, 8, 2, 13, 11, dilated, plain, precision, Format.SINGLE));
        convolution(
            new ConvolutionTask(
                member, 2, 6, 6, 6, 11, 11, plain, plain, precision, Format.SINGLE));
      }
    }
  }

  private static void convolution(ConvolutionTask task) {
    int perGroup = task.channels() / task.groups();
    float[] x = random(task.images() * task.channels() * task.height() * task.width());
    float[] w = random(task.filters() * perGroup * task.rows().kernel() * task.columns().kernel());
    float[] y =
        random(task.images() * task.filters() * task.rows().outputs() * task.columns().outputs());
    float[] a = task.member() == Member.INPUT ? y : x;
    float[] b = task.member() == Member.FILTER ? y : w;
    int size =
        switch (task.member()) {
          case OUTPUT -> y.length;
          case INPUT -> x.length;
          case FILTER -> w.length;
        };
    double[] expected = new double[size];
    forEachTerm(
        task,
        (atInput, atFilter, atOutput) -> {
          switch (task.member()) {
            case OUTPUT -> expected[atOutput] += (double) x[atInput] * w[atFilter];
            case INPUT -> expected[atInput] += (double) y[atOutput] * w[atFilter];
            case FILTER -> expected[atFilter] += (double) x[atInput] * y[atOutput];
          }
        });
    long scratch = device.allocate(ROOM);
    long first = put(a);
    long second = put(b);
    long result = device.allocate(4L * size);
    try (Device.LibraryCall call = device.convolution(task, first, second, result, scratch, ROOM)) {
      assertThat(call.scratchBytes()).isBetween(0L, ROOM);
      check(call, a, b, expected, task.precision(), task);
    }
    try (Device.LibraryCall again =
        device.convolution(task, first, second, result, scratch, ROOM)) {
      check(again, a, b, expected, task.precision(), task);
    }
    List.of(scratch, first, second, result).forEach(device::free);
  }

  /** A place in the input, the filter and the output that meet in a convolution. */
  private interface Term {
    void accept(int atInput, int atFilter, int atOutput);
  }

  private static void forEachTerm(ConvolutionTask task, Term term) {
    Axis rows = task.rows();
    Axis columns = task.columns();
    int perGroup = task.channels() / task.groups();
    int filtersPerGroup = task.filters() / task.groups();
    int outputs = rows.outputs() * columns.outputs();
    for (int atOutput = 0; atOutput < task.images() * task.filters() * outputs; atOutput++) {
      int image = atOutput / (task.filters() * outputs);
      int filter = atOutput / outputs % task.filters();
      int row = atOutput / columns.outputs() % rows.outputs();
      int column = atOutput % columns.outputs();
      for (int i = 0; i < perGroup * rows.kernel() * columns.kernel(); i++) {
        int channel = i / (rows.kernel() * columns.kernel());
        int down = i / columns.kernel() % rows.kernel();
        int across = i % columns.kernel();
        int y = row * rows.stride() + down * rows.dilation() - rows.padding();
        int x = column * columns.stride() + across * columns.dilation() - columns.padding();
        if (y >= 0 && y < task.height() && x >= 0 && x < task.width()) {
          int from = filter / filtersPerGroup * perGroup + channel;
          int atInput = ((image * task.channels() + from) * task.height() + y) * task.width() + x;
          int atFilter = filter * perGroup * rows.kernel() * columns.kernel() + i;
          term.accept(atInput, atFilter, atOutput);
        }
      }
    }
  }

  private static void check(
      Device.LibraryCall call,
      float[] a,
      float[] b,
      double[] expected,
      ProductPrecision precision,
      Object what) {
    long first = put(a);
    long second = put(b);
    long result = put(random(expected.length));
    long scratch = device.allocate(call.scratchBytes());
    call.run(first, second, result, scratch);
    float[] once = get(result, expected.length);
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += (once[i] - expected[i]) * (once[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    // Few hundred terms: 1e-6 bounds their rounding (6e-8 each) and that of Winograd's transforms;
    // TF32 rounds operands to 11 bits, about 3e-4 of the norm.
    double most = precision == ProductPrecision.SINGLE ? 2e-6 : 1e-3;
    assertThat(Math.sqrt(error / norm)).as("%s", what).isCloseTo(0, within(most));
    try (Device.Recording recording =
        device.record(() -> call.run(first, second, result, scratch))) {
      device.clear(result, 4L * expected.length);
      recording.replay();
      float[] replayed = get(result, expected.length);
      if (call.deterministic()) {
        assertThat(replayed).as("%s", what).isEqualTo(once);
      }
    }
    List.of(first, second, result, scratch).forEach(device::free);
  }

  @Test
  void anotherThreadMayCompileMeanwhile() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<byte[]> codes = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      Thread thread = new Thread(() -> codes.add(device.compile(TWICE)));
      thread.start();
      threads.add(thread);
    }
    for (Thread each : threads) {
      each.join();
    }
    assertThat(codes).hasSize(4);
    for (byte[] code : codes) {
      assertThatCode(() -> device.load(code).close()).doesNotThrowAnyException();
    }
  }

  private static long put(float[] values) {
    long address = device.allocate(4L * values.length);
    device.upload(values, values.length, address);
    return address;
  }

  private static float[] get(long address, int length) {
    float[] values = new float[length];
    device.download(address, values);
    return values;
  }

  private static float[] random(int length) {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }

  private static float[] scaled(float[] values, float factor) {
    float[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }
}
