package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** What a program makes the device do, call by call. */
class HostPlanTest {
  private static final Shape SQUARE = Shape.of(4, 4);
  private static final String PRODUCT = "product 1 × [4 × 4 by 4 × 4]";

  private final RecordingDevice device = new RecordingDevice(1 << 20);
  private final CudaBackend backend =
      new CudaBackend(device, BackendOptions.defaults().withThreads(1));

  private final Expr x = Expr.input("x", SQUARE);
  private final Expr w = Expr.input("w", SQUARE);

  @AfterEach
  void nothingIsLeft() {
    backend.close();
    assertThat(device.allocatedBytes()).isZero();
    assertThat(device.openHandles()).isZero();
    assertThat(device.calls("close")).last().isEqualTo("close");
  }

  /** A product, a loop, a constant, and a variable that is an output too. */
  private Signature small() {
    Expr y = x.matmul(w).plus(Expr.constant(Tensor.filled(SQUARE, 2))).tanh();
    return new Signature(
        List.of(x),
        List.of(new Signature.Variable(w, Tensor.filled(SQUARE, 1))),
        List.of(y, w),
        List.of(new Signature.Update(w, y.times(2))));
  }

  @Test
  void loadingWarmsUpThenRecords() {
    try (Executable executable = backend.load(small())) {
      assertThat(executable.program().steps()).hasSize(2);
      assertThat(device.calls())
          .containsExactly(
              "compile",
              "load",
              "kernel fused_0",
              // The memory plan's, and what is set aside: words of checks and the old variable.
              "allocate 512",
              "allocate 512",
              "prepare " + PRODUCT,
              "allocate 1024",
              // Once, on memory that holds anything.
              PRODUCT,
              "launch fused_0 1 × 256",
              "copy 64",
              "copy 64",
              "synchronize",
              // The constant and the variable's first value.
              "upload 16 floats",
              "upload 16 floats",
              "record",
              "  " + PRODUCT,
              "  launch fused_0 1 × 256",
              // The variable is set aside, as it is an output, and then replaced.
              "  copy 64",
              "  copy 64");
    }
  }

  @Test
  void runsReplayAndOnlyNewArgumentsTravel() {
    try (Executable executable = backend.load(small())) {
      Tensor value = Tensor.filled(SQUARE, 3);
      String[] replayed = {"replay", "download 16 floats", "download 16 floats", "synchronize"};
      device.forgetCalls();
      executable.run(List.of(value));
      assertThat(device.calls()).startsWith("upload 16 floats").endsWith(replayed).hasSize(5);

      device.forgetCalls();
      executable.run(List.of(value));
      assertThat(device.calls()).containsExactly(replayed);

      device.forgetCalls();
      executable.run(List.of(Tensor.filled(SQUARE, 3)));
      assertThat(device.calls()).startsWith("upload 16 floats").endsWith(replayed).hasSize(5);
    }
  }

  @Test
  void anotherTensorTravelsAlone() {
    Expr pair = Expr.input("pair", Shape.of(2));
    Signature signature = Signature.of(List.of(x, pair), List.of(x.exp(), pair.exp()));
    try (Executable executable = backend.load(signature)) {
      Tensor large = Tensor.zeros(SQUARE);
      executable.run(List.of(large, Tensor.zeros(pair.shape())));
      device.forgetCalls();
      executable.run(List.of(large, Tensor.filled(pair.shape(), 1)));
      assertThat(device.calls("upload")).containsExactly("upload 2 floats");
    }
  }

  @Test
  void anArgumentThatDidNotArriveTravelsAgain() {
    try (Executable executable = backend.load(small())) {
      List<Tensor> arguments = List.of(Tensor.zeros(SQUARE));
      device.failAfter(0);
      assertThatThrownBy(() -> executable.run(arguments)).isInstanceOf(CudaException.class);
      device.forgetCalls();
      executable.run(arguments);
      assertThat(device.calls("upload")).hasSize(1);
    }
  }

  @Test
  void anObserverSeesEachStepBeforeTheNextBegins() {
    try (Executable executable = backend.load(small())) {
      device.forgetCalls();
      List<Step> seen = new ArrayList<>();
      executable.run(
          List.of(Tensor.zeros(SQUARE)),
          (index, step, results) -> {
            assertThat(index).isEqualTo(seen.size());
            assertThat(results).hasSameSizeAs(step.outputs());
            seen.add(step);
          });
      assertThat(seen).isEqualTo(executable.program().steps());
      assertThat(device.calls())
          .containsExactly(
              "upload 16 floats",
              PRODUCT,
              "download 16 floats",
              "launch fused_0 1 × 256",
              "download 16 floats",
              "download 16 floats",
              "copy 64",
              "copy 64",
              "download 16 floats",
              "download 16 floats",
              "synchronize");
    }
  }

  @Test
  void exchangedVariablesAreSetAsideBeforeAnyChanges() {
    Expr v = Expr.input("v", Shape.of(4));
    Expr u = Expr.input("u", Shape.of(4));
    Expr own = Expr.input("own", Shape.of(32));
    Signature signature =
        new Signature(
            List.of(),
            List.of(variable(v), variable(u), variable(own)),
            List.of(),
            List.of(
                new Signature.Update(v, u),
                new Signature.Update(u, v),
                new Signature.Update(own, own.times(2))));
    try (Executable executable = backend.load(signature)) {
      device.forgetCalls();
      executable.run(List.of());
      assertThat(device.calls()).containsExactly("replay", "synchronize");
    }
    try (Executable executable = backend.load(signature)) {
      // Both read, then both written; the third was replaced where it is by its own loop.
      assertThat(executable.program().steps()).hasSize(1);
      assertThat(device.calls("copy"))
          .containsExactly(
              "copy 16", "copy 16", "copy 16", "copy 16", "copy 16", "copy 16", "copy 16",
              "copy 16");
    }
  }

  private static Signature.Variable variable(Expr input) {
    return new Signature.Variable(input, Tensor.zeros(input.shape()));
  }

  @Test
  void aVariableIsReadAndWrittenAlone() {
    try (Executable executable = backend.load(small())) {
      device.forgetCalls();
      executable.read(0);
      executable.write(0, Tensor.zeros(SQUARE));
      assertThat(device.calls()).containsExactly("download 16 floats", "upload 16 floats");
    }
  }

  @Test
  void longTensorsTravelInPortions() {
    Expr large = Expr.input("large", Shape.of(3, 1 << 15));
    RecordingDevice other = new RecordingDevice(1 << 24);
    Expr longer = Expr.input("longer", Shape.of((1 << 20) + 5));
    try (CudaBackend its = new CudaBackend(other, BackendOptions.defaults());
        Executable executable =
            its.load(Signature.of(List.of(large, longer), List.of(large.sum(), longer.sum())))) {
      executable.run(List.of(Tensor.zeros(large.shape()), Tensor.zeros(longer.shape())));
      assertThat(other.calls("upload"))
          .containsExactly("upload 98304 floats", "upload 1048576 floats", "upload 5 floats");
    }
  }

  @Test
  void whatIsEqualIsMadeOnce() {
    Expr image = Expr.input("image", Shape.of(2, 3, 6, 6));
    Expr filter = Expr.input("filter", Shape.of(4, 3, 3, 3));
    Signature signature =
        Signature.of(
            List.of(x, w, image, filter),
            List.of(
                x.matmul(w).exp(),
                w.matmul(x).exp(),
                x.matmul(x).tanh(),
                LoadingFailuresTest.convolved(image, filter, 1, 1),
                LoadingFailuresTest.convolved(image.times(2), filter, 1, 1)));
    try (Executable executable = backend.load(Compiler.compile(signature, Fusion.NONE))) {
      assertThat(device.calls("kernel")).hasSize(3).doesNotHaveDuplicates();
      assertThat(device.calls("compile")).hasSize(1);
      assertThat(device.calls("prepare")).hasSize(2).doesNotHaveDuplicates();
      device.forgetCalls();
      executable.run(
          List.of(
              Tensor.zeros(SQUARE),
              Tensor.zeros(SQUARE),
              Tensor.zeros(image.shape()),
              Tensor.zeros(filter.shape())));
      assertThat(device.calls("prepare")).isEmpty();
    }
  }

  @Test
  void closingGivesEverythingBackOnce() {
    Executable executable = backend.load(small());
    device.forgetCalls();
    executable.close();
    assertThat(device.calls())
        .containsExactly(
            "synchronize",
            "close recording",
            "close library call",
            "close code",
            "free",
            "free",
            "free");
    executable.close();
    assertThat(device.calls()).hasSize(7);
  }

  @Test
  void theDeviceIsClosedAfterItsLastUser() {
    Executable one = backend.load(small());
    Executable two = backend.load(small());
    backend.close();
    backend.close();
    assertThat(device.calls("close")).isEmpty();
    one.close();
    two.run(List.of(Tensor.zeros(SQUARE)));
    assertThat(device.calls()).doesNotContain("close");
    two.close();
    assertThat(device.calls()).endsWith("close").containsOnlyOnce("close");
  }
}
