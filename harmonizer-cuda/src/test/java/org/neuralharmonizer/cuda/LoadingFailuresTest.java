package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** A program that cannot be loaded leaves nothing on the device, wherever it fails. */
class LoadingFailuresTest {
  private static final long MEMORY = 1 << 20;
  private static final int MEBIBYTE = 1 << 20;

  static Expr convolved(Expr image, Expr filter, int before, int after) {
    int side = image.shape().extent(2);
    int kernel = filter.shape().extent(2);
    WindowAxis axis = WindowAxis.padded(side, kernel, 1, before, after);
    return Functions.conv2d(image, filter, new ConvGeometry(new WindowGeometry(axis, axis), 1));
  }

  static Stream<Arguments> programs() {
    Expr x = Expr.input("x", Shape.of(4, 4));
    Expr image = Expr.input("image", Shape.of(2, 3, 6, 6));
    Expr filter = Expr.input("filter", Shape.of(4, 3, 3, 3));
    Expr index = Expr.input("index", Shape.of(2));
    Expr constant = Expr.constant(Tensor.filled(Shape.of(4, 4), 2));
    Expr y = convolved(image, filter, 0, 2).sum(1);
    return Stream.of(
        Arguments.of("a loop", Signature.of(List.of(x), List.of(x.exp()))),
        Arguments.of(
            "a product, a constant and a variable",
            new Signature(
                List.of(),
                List.of(new Signature.Variable(x, Tensor.zeros(x.shape()))),
                List.of(x),
                List.of(new Signature.Update(x, x.matmul(x).plus(constant))))),
        Arguments.of("a convolution", Signature.of(List.of(image, filter), List.of(y))),
        Arguments.of(
            "rows, which take two recordings",
            Signature.of(
                List.of(x, index), List.of(Expr.of(new Movement.GatherRows(), x, index)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void aFailureOfAnyCallLeavesNothing(String name, Signature signature) {
    RecordingDevice device = new RecordingDevice(MEMORY);
    try (CudaBackend backend = new CudaBackend(device, BackendOptions.defaults().withThreads(1))) {
      int failures = 0;
      for (device.failAfter(0); fails(backend, signature); device.failAfter(failures)) {
        failures++;
        assertThat(device.allocatedBytes()).as("bytes after failure %d", failures).isZero();
        assertThat(device.openHandles()).as("handles after failure %d", failures).isZero();
      }
      assertThat(device.failurePending()).isTrue();
      assertThat(failures).isGreaterThan(6);
    }
    assertThat(device.calls()).endsWith("close");
  }

  private static boolean fails(CudaBackend backend, Signature signature) {
    try (Executable executable = backend.load(signature)) {
      assertThat(executable.program().steps()).isNotEmpty();
      return false;
    } catch (CudaException e) {
      assertThat(e).hasMessageStartingWith("told to fail at: ");
      return true;
    }
  }

  @Test
  void aProgramLargerThanTheDeviceIsRefusedWithBothNumbers() {
    Expr large = Expr.input("large", Shape.of(4 * MEBIBYTE));
    refuses(
        10L * MEBIBYTE,
        Signature.of(List.of(large), List.of(large.exp(), large.tanh())),
        "cuda: the program needs 49 MiB, at most 10 MiB may be used — make the batch smaller, or"
            + " raise maxBytes (recording has 10 MiB)");
  }

  @Test
  void aProductThatFindsNoScratchMemoryIsRefusedWithBothNumbers() {
    Expr matrix = Expr.input("matrix", Shape.of(1024, 1024));
    refuses(
        8L * MEBIBYTE + 512,
        Signature.of(List.of(matrix), List.of(matrix.matmul(matrix))),
        "cuda: the program needs 9 MiB, at most 8 MiB may be used — make the batch smaller, or"
            + " raise maxBytes (recording has 8 MiB)");
  }

  @Test
  void aConvolutionThatCannotBeTriedIsRefusedWithBothNumbers() {
    Expr image = Expr.input("image", Shape.of(1, 256, 64, 64));
    Expr filter = Expr.input("filter", Shape.of(256, 256, 1, 1));
    long bytes = 4L * (2 * 256 * 64 * 64 + 256 * 256);
    refuses(
        bytes + 256,
        Signature.of(List.of(image, filter), List.of(convolved(image, filter, 0, 0))),
        "cuda: the program needs 9 MiB, at most 8 MiB may be used — make the batch smaller, or"
            + " raise maxBytes (recording has 8 MiB)");
  }

  private static void refuses(long memory, Signature signature, String message) {
    RecordingDevice device = new RecordingDevice(memory);
    try (CudaBackend backend = new CudaBackend(device, BackendOptions.defaults())) {
      assertThatThrownBy(() -> backend.load(signature))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThat(device.allocatedBytes()).isZero();
      assertThat(device.openHandles()).isZero();
    }
  }
}
