package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.NonFiniteLocator;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/** What a backend and its executables promise, apart from the numbers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract {
  private static final Shape PAIR = Shape.of(2);
  private static final int MEBIBYTE = 1 << 20;

  private final Expr a = Expr.input("a", PAIR);
  private final Expr b = Expr.input("b", PAIR);
  private final Signature quotient = Signature.of(List.of(a, b), List.of(a.dividedBy(b).exp()));

  private Backend backend;

  /** How much of the suite is run. */
  protected enum Extent {
    /** All of it: what a backend must pass. */
    FULL,
    /** Every kind of step and every promise, fewer and smaller of each, for devices emulated. */
    SAMPLE
  }

  /** Opens the backend under test. */
  protected abstract Backend open(BackendOptions options);

  /** The precision of products to test; it decides the tolerances. */
  protected ProductPrecision precision() {
    return ProductPrecision.SINGLE;
  }

  /** Whether a run repeated gives the same bits; one that does not says so here, with a reason. */
  protected boolean isReproducible() {
    return true;
  }

  /**
   * The unit in which errors of a function are counted where its value is small; 0, which leaves
   * the unit in the last place, unless a library computes the function and says or shows otherwise.
   */
  protected double leastUnit(Code function) {
    return 0;
  }

  /** How much is run; less than all is for a device that is tried in full elsewhere. */
  protected Extent extent() {
    return Extent.FULL;
  }

  /**
   * How often a program of 32 MiB or more is loaded and closed: so often that one which stayed
   * would take more than a test's memory. An emulated device counts its bytes.
   */
  protected int loadings() {
    return extent() == Extent.FULL ? 150 : 20;
  }

  /** The options the tests use. */
  protected BackendOptions options() {
    return BackendOptions.defaults().withThreads(2).withProductPrecision(precision());
  }

  /** The backend that the tests of this class share. */
  protected final Backend backend() {
    return backend;
  }

  @BeforeAll
  void openBackend() {
    backend = open(options());
  }

  @AfterAll
  void closeBackend() {
    if (backend != null) {
      backend.close();
    }
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
      assertThatThrownBy(() -> executable.write(1, Tensor.zeros(PAIR)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aClosedExecutableSaysSo() {
    Executable executable = backend.load(quotient);
    executable.close();
    executable.close();
    Tensor pair = Tensor.zeros(PAIR);
    String closed = backend.name() + ": this executable is closed — load the program again";
    assertThatThrownBy(() -> executable.run(List.of(pair, pair)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(closed);
    assertThatThrownBy(() -> executable.read(0)).hasMessage(closed);
    assertThatThrownBy(() -> executable.write(0, pair)).hasMessage(closed);
    assertThatThrownBy(executable::program).hasMessage(closed);
  }

  @Test
  void aClosedBackendSaysSo() {
    Backend closed = open(options());
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.load(quotient))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(closed.name() + ": this backend is closed — open another");
  }

  @Test
  void anExecutableMayBeClosedAfterItsBackend() {
    Backend other = open(options());
    Executable executable = other.load(quotient);
    other.close();
    executable.close();
    assertThatThrownBy(executable::program).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aProgramThatNeedsTooMuchMemoryIsRefusedWithBothNumbers() {
    Expr large = Expr.input("large", Shape.of(MEBIBYTE));
    Signature signature = Signature.of(List.of(large), List.of(large.exp()));
    try (Backend small = open(options().withMaxBytes(7 * MEBIBYTE))) {
      assertThatThrownBy(() -> small.load(signature))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              small.name()
                  + ": the program needs [89] MiB, at most 7 MiB may be used"
                  + " — make the batch smaller, or raise maxBytes.*");
      try (Executable fits = small.load(quotient)) {
        assertThat(fits.run(List.of(Tensor.zeros(PAIR), Tensor.filled(PAIR, 1))))
            .containsExactly(Tensor.filled(PAIR, 1));
      }
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
  void anObserverSeesEveryStepInOrderAndChangesNothing() {
    ConformanceCase graph = GraphCases.all(1).get(0);
    for (Fusion fusion : List.of(Fusion.NONE, backend.fusion())) {
      Program program = Compiler.compile(graph.signature(graph.wanted()), fusion);
      try (Executable executable = backend.load(program)) {
        List<Tensor> expected = executable.run(graph.values());
        List<Step> seen = new ArrayList<>();
        Map<Integer, Tensor> last = new HashMap<>();
        List<Tensor> results =
            executable.run(
                graph.values(),
                (index, step, values) -> {
                  assertThat(index).isEqualTo(seen.size());
                  seen.add(step);
                  assertThat(values).hasSameSizeAs(step.outputs());
                  for (int i = 0; i < values.size(); i++) {
                    assertThat(values.get(i).shape()).isEqualTo(step.outputs().get(i).shape());
                    last.put(step.outputs().get(i).storage(), values.get(i));
                  }
                });
        assertThat(seen).isEqualTo(executable.program().steps());
        int computed = 0;
        for (int i = 0; i < results.size(); i++) {
          Tensor value = last.get(program.outputs().get(i).storage());
          if (value != null) {
            computed++;
            assertThat(value.reshape(results.get(i).shape())).isEqualTo(results.get(i));
          }
        }
        assertThat(computed).isPositive();
        if (isReproducible()) {
          assertThat(results).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void variablesAreReadWrittenAndUpdated() {
    Expr total = Expr.input("total", PAIR);
    Signature signature =
        new Signature(
            List.of(a),
            List.of(new Signature.Variable(total, Tensor.of(PAIR, 1, 2))),
            List.of(total.times(10)),
            List.of(new Signature.Update(total, total.plus(a))));
    try (Executable executable = backend.load(signature)) {
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 1, 2));
      List<Tensor> argument = List.of(Tensor.of(PAIR, 0.5f, -4));
      assertThat(executable.run(argument)).containsExactly(Tensor.of(PAIR, 10, 20));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 1.5f, -2));
      executable.write(0, Tensor.of(PAIR, 100, 200));
      assertThat(executable.run(argument)).containsExactly(Tensor.of(PAIR, 1000, 2000));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 100.5f, 196));
    }
  }

  @Test
  void updatesTakeEffectTogether() {
    Expr c = Expr.input("c", PAIR);
    Signature signature =
        new Signature(
            List.of(),
            List.of(
                new Signature.Variable(a, Tensor.of(PAIR, 1, 2)),
                new Signature.Variable(b, Tensor.of(PAIR, 3, 4)),
                new Signature.Variable(c, Tensor.of(PAIR, 5, 6))),
            List.of(a, b, c, a.plus(b)),
            List.of(
                new Signature.Update(a, b),
                new Signature.Update(b, a),
                new Signature.Update(c, a.times(2))));
    try (Executable executable = backend.load(signature)) {
      executable.run(List.of());
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 3, 4));
      assertThat(executable.read(1)).isEqualTo(Tensor.of(PAIR, 1, 2));
      assertThat(executable.read(2)).isEqualTo(Tensor.of(PAIR, 2, 4));
      assertThat(executable.run(List.of()))
          .containsExactly(
              Tensor.of(PAIR, 3, 4),
              Tensor.of(PAIR, 1, 2),
              Tensor.of(PAIR, 2, 4),
              Tensor.of(PAIR, 4, 6));
    }
  }

  @Test
  void outputsMayBeArgumentsConstantsAndTheSameTwice() {
    Expr constant = Expr.constant(Tensor.of(PAIR, 7, 8));
    Expr sum = a.plus(constant);
    Signature signature =
        Signature.of(
            List.of(a), List.of(a, constant, Expr.literal(0.5), sum, sum, a.reshape(2, 1)));
    try (Executable executable = backend.load(signature)) {
      assertThat(executable.run(List.of(Tensor.of(PAIR, 1, 2))))
          .containsExactly(
              Tensor.of(PAIR, 1, 2),
              Tensor.of(PAIR, 7, 8),
              Tensor.scalar(0.5),
              Tensor.of(PAIR, 8, 10),
              Tensor.of(PAIR, 8, 10),
              Tensor.of(Shape.of(2, 1), 1, 2));
    }
  }

  @Test
  void anIndexThatIsNoRowIsNamedAndDoesNoHarm() {
    Expr x = Expr.input("x", Shape.of(3, 2));
    Expr rows = Expr.input("rows", Shape.of(2, 2));
    Expr index = Expr.input("index", PAIR);
    Signature signature =
        Signature.of(
            List.of(x, rows, index), List.of(Expr.of(new Movement.GatherRows(), x, index)));
    Signature scatter =
        Signature.of(
            List.of(rows, index), List.of(Expr.of(new Movement.ScatterRows(3), rows, index)));
    Tensor table = Tensor.of(x.shape(), 1, 2, 3, 4, 5, 6);
    Tensor pair = Tensor.of(rows.shape(), 1, 2, 3, 4);
    try (Executable gathering = backend.load(signature);
        Executable scattering = backend.load(scatter)) {
      for (float wrong : new float[] {3, -1, 0.5f, Float.NaN, Float.POSITIVE_INFINITY, 1e20f}) {
        Tensor bad = Tensor.of(PAIR, 0, wrong);
        String which = "rows: index " + wrong + " at position 1 is not one of the 3 rows";
        assertThatThrownBy(() -> gathering.run(List.of(table, pair, bad)))
            .isInstanceOf(ArrayIndexOutOfBoundsException.class)
            .hasMessage("gather " + which + " — use whole numbers of 0 … 2");
        assertThatThrownBy(() -> scattering.run(List.of(pair, bad)))
            .isInstanceOf(ArrayIndexOutOfBoundsException.class)
            .hasMessage("scatter " + which + " — use whole numbers of 0 … 2");
        Tensor good = Tensor.of(PAIR, 2, 0);
        assertThat(gathering.run(List.of(table, pair, good)))
            .containsExactly(Tensor.of(rows.shape(), 5, 6, 1, 2));
        assertThat(scattering.run(List.of(pair, good)))
            .containsExactly(Tensor.of(x.shape(), 3, 4, 0, 0, 1, 2));
      }
    }
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
  void loadingAndClosingManyTimesLeavesNothingBehind() {
    boolean all = extent() == Extent.FULL;
    int floats = all ? 8 * MEBIBYTE : MEBIBYTE / 4;
    Expr large = Expr.input("large", Shape.of(floats));
    Signature signature = Signature.of(List.of(large), List.of(large.times(2).sum()));
    Program program = Compiler.compile(signature, backend.fusion());
    Tensor ones = Tensor.filled(large.shape(), 0.5);
    for (int i = 0; i < loadings(); i++) {
      try (Executable executable = backend.load(program)) {
        if (i % 50 == 0) {
          assertThat(executable.run(List.of(ones))).containsExactly(Tensor.scalar(floats));
        }
      }
    }
  }
}
