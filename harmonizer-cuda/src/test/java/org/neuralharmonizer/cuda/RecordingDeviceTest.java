package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.cuda.ConvolutionTask.Axis;
import org.neuralharmonizer.cuda.ConvolutionTask.Member;
import org.neuralharmonizer.cuda.Device.Grid;
import org.neuralharmonizer.expr.Contraction.Reading;

class RecordingDeviceTest {
  private static final MatrixProduct PRODUCT =
      new MatrixProduct(1, 8, 2, 4, Reading.AS_STORED, Reading.TRANSPOSED, ProductPrecision.SINGLE);

  @Test
  void callsAreLines() {
    RecordingDevice device = new RecordingDevice(10_000);
    use(device);
    assertThat(device.calls())
        .containsExactly(
            "allocate 4096",
            "upload 64 floats",
            "compile",
            "load",
            "kernel fused_0",
            "prepare product 1 × [8 × 4 by 4 × 2 transposed]",
            "record",
            "  launch fused_0 12 × 256",
            "  product 1 × [8 × 4 by 4 × 2 transposed]",
            "replay",
            "close recording",
            "close library call",
            "close code",
            "free");
    assertThat(device.calls("launch")).hasSize(1);
    assertThat(device.peakBytes()).isEqualTo(4096);
  }

  @Test
  void convolutionsAreLines() {
    RecordingDevice device = new RecordingDevice(10_000);
    Axis rows = new Axis(3, 2, 1, 1, 4);
    Axis columns = new Axis(2, 1, 3, 0, 3);
    ConvolutionTask task =
        new ConvolutionTask(
            Member.OUTPUT, 1, 4, 6, 2, 8, 6, rows, columns, ProductPrecision.SINGLE, Format.SINGLE);
    device.convolution(task, 0, 0, 0, 0, 100).close();
    assertThat(device.calls("prepare"))
        .containsExactly(
            "prepare convolution OUTPUT 1 × 4 × 8 × 6 by 6, window 3 stride 2 padded 1 and"
                + " 2 dilated 3 in 2 groups");
  }

  @Test
  void failsAtEachCallInTurn() {
    RecordingDevice device = new RecordingDevice(10_000);
    int failures = 0;
    for (device.failAfter(0); fails(device); device.failAfter(failures)) {
      failures++;
      assertThat(device.allocatedBytes()).isZero();
      assertThat(device.openHandles()).isZero();
    }
    assertThat(failures).isEqualTo(10);
    assertThat(device.failurePending()).isTrue();
  }

  @Test
  void memoryIsLimited() {
    RecordingDevice device = new RecordingDevice(10_000, 75);
    assertThat(device.description().architecture()).isEqualTo(75);
    assertThatThrownBy(() -> device.allocate(10_001))
        .isInstanceOf(OutOfDeviceMemoryException.class);
    long first = device.allocate(10_000);
    assertThat(device.freeBytes()).isZero();
    assertThatThrownBy(() -> device.clear(first, 10_001)).isInstanceOf(CudaException.class);
  }

  private static boolean fails(RecordingDevice device) {
    try {
      use(device);
      return false;
    } catch (CudaException e) {
      assertThat(e).hasMessageStartingWith("told to fail at: ");
      return true;
    }
  }

  private static void use(RecordingDevice device) {
    device.enter();
    long address = device.allocate(4096);
    try {
      device.upload(new float[64], 64, address);
      String source = "extern \"C\" __global__ void fused_0(float* y) {}";
      try (Device.Code code = device.load(device.compile(source))) {
        long kernel = code.kernel("fused_0");
        try (Device.LibraryCall product = device.product(PRODUCT, 0, 0, 0, 0, 0);
            Device.Recording recording =
                device.record(
                    () -> {
                      device.launch(kernel, new Grid(12, 256), address);
                      product.run(address, address, address, address);
                    })) {
          recording.replay();
        }
      }
    } finally {
      device.free(address);
    }
  }
}
