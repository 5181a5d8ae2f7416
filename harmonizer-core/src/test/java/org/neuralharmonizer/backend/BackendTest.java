package org.neuralharmonizer.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

class BackendTest {
  private static final Shape PAIR = Shape.of(2);

  private final Backend backend = Backends.named("cpu", BackendOptions.defaults().withThreads(2));
  private final Expr a = Expr.input("a", PAIR);
  private final Expr b = Expr.input("b", PAIR);
  private final Signature quotient = Signature.of(List.of(a, b), List.of(a.dividedBy(b).exp()));

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void theBuiltInOneIsFound() {
    assertThat(Backends.describe())
        .anySatisfy(
            description -> {
              assertThat(description.name()).isEqualTo("cpu");
              assertThat(description.rank()).isZero();
              assertThat(description.availability().isUsable()).isTrue();
              assertThat(description.availability().explanation()).isNotBlank();
            });
    try (Backend best = Backends.best()) {
      assertThat(best.name()).isEqualTo(Backends.describe().get(0).name());
    }
  }

  @Test
  void anUnknownNameListsWhatIsUsable() {
    assertThatThrownBy(() -> Backends.named("gpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "backend \"gpu\" is not usable here: no backend of this name was found — usable here: ")
        .hasMessageContaining("cpu");
  }

  @Test
  void optionsBelowOneAreRefused() {
    BackendOptions defaults = BackendOptions.defaults();
    assertThatThrownBy(() -> defaults.withThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backend: threads must be at least 1, not 0");
    assertThatThrownBy(() -> defaults.withMaxBytes(0))
        .hasMessage("backend: maxBytes must be positive, not 0");
  }

  @Test
  void argumentsThatDoNotFitAreRefused() {
    try (Executable executable = backend.load(quotient)) {
      Tensor pair = Tensor.zeros(PAIR);
      assertThatThrownBy(() -> executable.run(List.of(pair)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "run: the program takes 2 arguments [a, b], got 1 — give one tensor for each");
      assertThatThrownBy(() -> executable.run(List.of(pair, Tensor.scalar(1))))
          .isInstanceOf(ShapeException.class)
          .hasMessage("run: argument \"b\" has shape [], the program expects [2]");
    }
  }

  @Test
  void aVariableOfAnotherShapeOrPositionIsRefused() {
    Signature signature =
        new Signature(
            List.of(),
            List.of(new Signature.Variable(a, Tensor.zeros(PAIR))),
            List.of(a.exp()),
            List.of());
    try (Executable executable = backend.load(signature)) {
      assertThatThrownBy(() -> executable.write(0, Tensor.scalar(1)))
          .isInstanceOf(ShapeException.class)
          .hasMessage("write: variable \"a\" has shape [], the program expects [2]");
      assertThatThrownBy(() -> executable.read(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aClosedExecutableSaysSo() {
    Executable executable = backend.load(quotient);
    executable.close();
    executable.close();
    Tensor pair = Tensor.zeros(PAIR);
    String closed = "cpu: this executable is closed — load the program again";
    assertThatThrownBy(() -> executable.run(List.of(pair, pair)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(closed);
    assertThatThrownBy(() -> executable.read(0)).hasMessage(closed);
    assertThatThrownBy(() -> executable.write(0, pair)).hasMessage(closed);
    assertThatThrownBy(executable::program).hasMessage(closed);
  }

  @Test
  void aProgramThatNeedsTooMuchMemoryIsRefusedWithBothNumbers() {
    Expr large = Expr.input("large", Shape.of(1 << 20));
    Signature signature = Signature.of(List.of(large), List.of(large.exp()));
    BackendOptions options = BackendOptions.defaults().withMaxBytes(7 << 20);
    try (Backend small = Backends.named("cpu", options)) {
      assertThatThrownBy(() -> small.load(signature))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "cpu: the program needs 8 MiB, at most 7 MiB may be used — make the batch smaller,"
                  + " or raise maxBytes and Java's -Xmx");
    }
  }

  @Test
  void theStepThatFirstYieldsNanIsFound() {
    for (Fusion fusion : Fusion.values()) {
      Expr image = Expr.input("x", Shape.of(4, 4));
      Expr bad = image.matmul(image).log();
      Expr after = bad.matmul(image).sum();
      Signature signature = Signature.of(List.of(image), List.of(after));
      Tensor values = Tensor.generate(image.shape(), i -> i == 5 ? -30 : 1);
      NonFiniteLocator locator = new NonFiniteLocator();
      try (Executable executable = backend.load(Compiler.compile(signature, fusion))) {
        executable.run(List.of(values), locator);
        NonFiniteLocator.Finding finding = locator.finding().orElseThrow();
        assertThat(finding.index()).isEqualTo(1);
        assertThat(computesLogarithm(finding.step())).isTrue();
        assertThat(finding.value()).isNaN();
        // Row 0 of the product is 1 · 4 with −30 among its terms in column 1.
        assertThat(finding.position()).isEqualTo(1);
        assertThat(finding.toString())
            .startsWith("step 1 yields NaN at position 1: ")
            .contains("log");
        NonFiniteLocator clean = new NonFiniteLocator();
        executable.run(List.of(Tensor.filled(image.shape(), 1)), clean);
        assertThat(clean.finding()).isEmpty();
      }
    }
  }

  private static boolean computesLogarithm(Step step) {
    return step instanceof Step.Fused fused
        ? fused.loop().instructions().stream().anyMatch(each -> each.code() == Code.LOG)
        : ((Step.Apply) step).primitive().code() == Code.LOG;
  }

  @Test
  void executablesOfOneBackendDoNotShareAnything() {
    Expr count = Expr.input("count", Shape.SCALAR);
    Signature counter =
        new Signature(
            List.of(),
            List.of(new Signature.Variable(count, Tensor.scalar(0))),
            List.of(count),
            List.of(new Signature.Update(count, count.plus(1))));
    Executable one = backend.load(counter);
    try (Executable two = backend.load(counter)) {
      one.run(List.of());
      one.run(List.of());
      two.run(List.of());
      assertThat(one.read(0)).isEqualTo(Tensor.scalar(2));
      assertThat(two.read(0)).isEqualTo(Tensor.scalar(1));
      one.close();
      assertThat(two.run(List.of())).containsExactly(Tensor.scalar(1));
    }
  }

  @Test
  void twoThreadsShareABackend() throws Exception {
    Expr x = Expr.input("x", Shape.of(96, 96));
    Signature signature =
        Signature.of(List.of(x), List.of(x.matmul(x).tanh().matmul(x).sum(1), x.exp().sum()));
    List<Tensor> expected;
    Tensor value = Tensor.generate(x.shape(), i -> Math.sin(i) / 10);
    try (Executable executable = backend.load(signature)) {
      expected = executable.run(List.of(value));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            threads.submit(
                () -> {
                  try (Executable own = backend.load(signature)) {
                    for (int n = 0; n < 50; n++) {
                      assertThat(own.run(List.of(value))).isEqualTo(expected);
                    }
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aClosedBackendSaysSo() {
    Backend closed = Backends.named("cpu", BackendOptions.defaults().withThreads(2));
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.load(quotient))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cpu: this backend is closed — open another");
  }

  /** Nine images of a program that is run image by image, by arenas that threads have in turn. */
  @Test
  void slicedStepsGiveTheSameBitsOnAnyNumberOfThreads() {
    Shape maps = Shape.of(9, 96, 100);
    Expr saliency = Expr.input("saliency", maps);
    Expr human = Expr.input("human", maps);
    Expr loss =
        HarmonizationLoss.asInPaper()
            .withLevels(3)
            .loss(saliency, human, Expr.filled(Shape.of(9), 1));
    Expr gradient = Derivatives.grad(loss, List.of(saliency)).get(0);
    Signature signature = Signature.of(List.of(saliency, human), List.of(loss, gradient));
    SplittableRandom random = new SplittableRandom(5);
    List<Tensor> arguments =
        List.of(
            Tensor.generate(maps, i -> random.nextDouble() - 0.5),
            Tensor.generate(maps, i -> random.nextDouble()));
    List<Tensor> first = List.of();
    for (int threads : new int[] {1, 2, 7}) {
      try (Backend backend = Backends.named("cpu", BackendOptions.defaults().withThreads(threads));
          Executable executable = backend.load(signature)) {
        assertThat(executable.program().steps()).anyMatch(Step.Sliced.class::isInstance);
        executable.run(arguments);
        List<Tensor> results = executable.run(arguments);
        first = first.isEmpty() ? results : first;
        assertThat(results).as("%d threads", threads).isEqualTo(first);
      }
    }
  }
}
