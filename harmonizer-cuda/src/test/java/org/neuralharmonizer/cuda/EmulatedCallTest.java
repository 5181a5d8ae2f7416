package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.cuda.ConvolutionTask.Axis;
import org.neuralharmonizer.cuda.ConvolutionTask.Member;
import org.neuralharmonizer.expr.Contraction.Reading;

/** Products and convolutions of the emulated device. */
class EmulatedCallTest {
  private EmulatedDevice device;

  @BeforeEach
  void open() {
    EmulatedDevice.assumeAvailable();
    device = new EmulatedDevice(1 << 20);
    device.enter();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.enter();
      device.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AS_STORED, AS_STORED",
    "AS_STORED, TRANSPOSED",
    "TRANSPOSED, AS_STORED",
    "TRANSPOSED, TRANSPOSED"
  })
  void products(Reading left, Reading right) {
    float[] a = EmulatedDeviceTest.random(2 * 3 * 5, 1);
    float[] b = EmulatedDeviceTest.random(2 * 5 * 4, 2);
    MatrixProduct product = new MatrixProduct(2, 3, 4, 5, left, right, ProductPrecision.SINGLE);
    try (Device.LibraryCall call = device.product(product, 0, 0, 0, 0, 0)) {
      float[] y = run(call, a, b, 2 * 3 * 4);
      for (int i = 0; i < y.length; i++) {
        int batch = i / 12;
        int row = i / 4 % 3;
        int column = i % 4;
        double sum = 0;
        for (int k = 0; k < 5; k++) {
          sum +=
              (double) a[batch * 15 + (left == Reading.AS_STORED ? row * 5 + k : k * 3 + row)]
                  * b[batch * 20 + (right == Reading.AS_STORED ? k * 4 + column : column * 5 + k)];
        }
        assertThat(y[i]).isEqualTo((float) sum);
      }
    }
  }

  @Test
  void tensorFloatRoundsOperands() {
    MatrixProduct product =
        new MatrixProduct(
            1, 1, 1, 1, Reading.AS_STORED, Reading.AS_STORED, ProductPrecision.TENSOR_FLOAT);
    try (Device.LibraryCall call = device.product(product, 0, 0, 0, 0, 0)) {
      float[] y = run(call, new float[] {1.0004f}, new float[] {3.0009f}, 1);
      assertThat(y).containsExactly(3);
    }
  }

  @Test
  void convolutionTrioSharesOneForm() {
    Axis rows = new Axis(3, 2, 1, 1, 4);
    Axis columns = new Axis(2, 1, 3, 2, 7);
    float[] x = EmulatedDeviceTest.random(2 * 4 * 8 * 6, 1);
    float[] w = EmulatedDeviceTest.random(6 * 2 * 3 * 2, 2);
    float[] y = EmulatedDeviceTest.random(2 * 6 * 4 * 7, 3);
    double form = dot(y, convolve(Member.OUTPUT, rows, columns, x, w, y.length));
    assertThat(dot(x, convolve(Member.INPUT, rows, columns, y, w, x.length)))
        .isCloseTo(form, within(1e-4));
    assertThat(dot(w, convolve(Member.FILTER, rows, columns, x, y, w.length)))
        .isCloseTo(form, within(1e-4));
  }

  @Test
  void convolutionReadsItsWindow() {
    ConvolutionTask task =
        new ConvolutionTask(
            Member.OUTPUT,
            1,
            2,
            2,
            2,
            1,
            5,
            new Axis(1, 1, 1, 0, 1),
            new Axis(2, 2, 3, 1, 2),
            ProductPrecision.SINGLE,
            Format.SINGLE);
    float[] x = {1, 2, 3, 4, 5, 10, 20, 30, 40, 50};
    float[] w = {1, 100, 2, 3};
    // Windows at −1 and 1, taps 3 apart; the groups keep to themselves.
    assertThat(convolve(task, x, w, 4)).containsExactly(300, 502, 90, 190);
  }

  private float[] convolve(
      Member member, Axis rows, Axis columns, float[] a, float[] b, int length) {
    ConvolutionTask task =
        new ConvolutionTask(
            member, 2, 4, 6, 2, 8, 6, rows, columns, ProductPrecision.SINGLE, Format.SINGLE);
    return convolve(task, a, b, length);
  }

  private float[] convolve(ConvolutionTask task, float[] a, float[] b, int length) {
    long left = device.allocate(4L * a.length);
    long right = device.allocate(4L * b.length);
    long result = device.allocate(4L * length);
    long scratch = device.allocate(4096);
    try (Device.LibraryCall call = device.convolution(task, left, right, result, scratch, 4096)) {
      return run(call, a, b, length);
    } finally {
      device.free(left);
      device.free(right);
      device.free(result);
      device.free(scratch);
    }
  }

  private float[] run(Device.LibraryCall call, float[] a, float[] b, int length) {
    long left = device.allocate(4L * a.length);
    long right = device.allocate(4L * b.length);
    long result = device.allocate(4L * length);
    long scratch = device.allocate(call.scratchBytes());
    device.upload(a, a.length, left);
    device.upload(b, b.length, right);
    call.run(left, right, result, scratch);
    float[] values = new float[length];
    device.download(result, values);
    device.free(left);
    device.free(right);
    device.free(result);
    device.free(scratch);
    return values;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
