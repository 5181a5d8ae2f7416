package org.neuralharmonizer.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/** What the compiler makes of small expressions, and what it refuses. */
class ProgramTest {
  private static final Shape PAIR = Shape.of(2);

  private final Expr x = Expr.input("x", Shape.of(1, 2, 4, 4));
  private final Expr w = Expr.input("w", Shape.of(3, 2, 3, 3));

  /** A 3 × 3 convolution with padding, a rectifier and a sum. */
  private Program network() {
    WindowAxis axis = WindowAxis.padded(4, 3, 1, 1, 1);
    ConvGeometry geometry = new ConvGeometry(new WindowGeometry(axis, axis), 1);
    Expr total = Functions.relu(Functions.conv2d(x, w, geometry)).sum();
    return Compiler.compile(Signature.of(List.of(x, w), List.of(total)), Fusion.ELEMENTWISE);
  }

  @Test
  void theListingIsReadable() {
    assertThat(network().toString().lines())
        .containsExactly(
            "2 steps, 0.000 GFLOP, 0.0 MiB read and written, 0.0 MiB at the peak",
            "%2 [1, 3, 4, 4] = conv2d[geometry=(3 over 4 padded 1 + 1) × (3 over 4 padded 1 + 1)]"
                + " [%0 [1, 2, 4, 4], %1 [3, 2, 3, 3]]",
            "[%3 []] = fused step · multiply · sum [%2 [1, 3, 4, 4]]");
  }

  @Test
  void countsAreThoseDoneByHand() {
    Program program = network();
    // Convolution: 48 outputs, each 2 × 9 multiply-adds; rectifier: a step and a product for each
    // of 48; sum: 48.
    assertThat(program.operations()).isEqualTo(48 * 2 * 18 + 48 * 2 + 48);
    // Convolution: 32 + 54 in, 48 out; rectifier and sum, one loop: 48 in, 1 out.
    assertThat(program.traffic()).isEqualTo(4 * (32 + 54 + 48 + 48 + 1));
    // In lines of 16 floats: 32 of x, 64 for the 54 of w, 48 of the convolution
    // and 16 for the sum.
    assertThat(program.memory().bytes()).isEqualTo(4 * (32 + 64 + 48 + 16));
  }

  @Test
  void operationsOfProductsAndWindows() {
    Expr a = Expr.input("a", Shape.of(5, 3, 4));
    Expr b = Expr.input("b", Shape.of(5, 4, 7));
    assertThat(compiled(a.matmul(b)).operations()).isEqualTo(2L * 5 * 3 * 7 * 4);
    WindowAxis axis = WindowAxis.valid(4, 2, 2);
    WindowGeometry window = new WindowGeometry(axis, axis);
    Expr image = Expr.input("x", Shape.of(1, 2, 4, 4));
    Expr pool = Functions.maxPool(image, window);
    // 8 windows of 4 taps are compared; gathering is no arithmetic.
    assertThat(compiled(pool).operations()).isEqualTo(8 * 4);
    assertThat(compiled(image.permute(0, 1, 3, 2)).operations()).isZero();
    // A literal inside a loop is not computed.
    assertThat(compiled(image.greater(Expr.filled(image.shape(), 2))).operations()).isEqualTo(32);
  }

  private static Program compiled(Expr output) {
    List<Expr> inputs =
        Graph.ordered(List.of(output)).stream()
            .filter(each -> each.primitive() instanceof Leaves.Input)
            .toList();
    return Compiler.compile(Signature.of(inputs, List.of(output)), Fusion.ELEMENTWISE);
  }

  @Test
  void theNearestVariablesTellTheLayer() {
    Shape square = Shape.of(4, 4);
    Expr x = Expr.input("x", square);
    Expr first = Expr.input("first", square);
    Expr second = Expr.input("second", square);
    Expr output = x.exp().matmul(first).exp().matmul(second).log();
    List<Signature.Variable> variables =
        List.of(
            new Signature.Variable(first, Tensor.zeros(square)),
            new Signature.Variable(second, Tensor.zeros(square)));
    Signature signature = new Signature(List.of(x), variables, List.of(output), List.of());
    Program program = Compiler.compile(signature, Fusion.NONE);
    assertThat(IntStream.range(0, 5).mapToObj(program::variablesNear))
        .containsExactly(
            List.of(), List.of("first"), List.of("first"), List.of("second"), List.of("second"));
  }

  @Test
  void equalPartsAreComputedOnce() {
    Expr a = Expr.input("a", Shape.of(4, 4));
    Expr b = Expr.input("b", Shape.of(4, 4));
    Expr one = a.matmul(b).plus(a.exp().times(b));
    Expr two = b.times(a.exp()).plus(a.matmul(b));
    Program program = Compiler.compile(Signature.of(List.of(a, b), List.of(one, two)), Fusion.NONE);
    assertThat(program.steps()).hasSize(4);
    assertThat(program.outputs().get(0)).isEqualTo(program.outputs().get(1));
  }

  @Test
  void numbersAreFoldedAndWhatChangesNothingDisappears() {
    Expr a = Expr.input("a", PAIR);
    Expr same =
        a.plus(Expr.zeros(PAIR))
            .times(Expr.literal(4).sqrt().reciprocal().broadcastTo(PAIR))
            .times(2)
            .reshape(1, 2)
            .reshape(2)
            .detached();
    assertThat(compiled(same).steps()).isEmpty();
    Expr number = Expr.literal(3).plus(Expr.literal(4).log()).exp();
    Program folded = Compiler.compile(Signature.of(List.of(), List.of(number)), Fusion.NONE);
    assertThat(folded.steps()).isEmpty();
    assertThat(folded.constants().values())
        .containsExactly(Tensor.scalar(Math.exp(3 + Math.log(4))));
  }

  @Test
  void theProductOfAColumnAndARowIsPartOfALoop() {
    Expr column = Expr.input("column", Shape.of(1, 3));
    Expr row = Expr.input("row", Shape.of(1, 4));
    Expr outer =
        Expr.of(
            new Contraction.MatMul(Contraction.Reading.TRANSPOSED, Contraction.Reading.AS_STORED),
            column,
            row);
    Program program = compiled(outer.times(-0.5).sum(0));
    assertThat(program.toString()).doesNotContain("matmul");
    List<Tensor> values =
        List.of(Tensor.of(Shape.of(1, 3), 1, 2, 3), Tensor.of(Shape.of(1, 4), 1, 10, 100, -1));
    try (Backend backend = Backends.named("cpu");
        Executable executable = backend.load(program)) {
      assertThat(executable.run(values).get(0)).isEqualTo(Tensor.of(Shape.of(4), -3, -30, -300, 3));
    }
  }

  @Test
  void anUnusedArgumentIsTakenAndIgnored() {
    Expr a = Expr.input("a", PAIR);
    Expr unused = Expr.input("unused", Shape.of(3));
    Signature signature = Signature.of(List.of(unused, a), List.of(a.times(2)));
    try (Backend backend = backend();
        Executable executable = backend.load(signature)) {
      assertThat(executable.run(List.of(Tensor.zeros(Shape.of(3)), Tensor.of(PAIR, 1, 2))))
          .containsExactly(Tensor.of(PAIR, 2, 4));
    }
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    Expr a = Expr.input("a", PAIR);
    Expr b = Expr.input("b", PAIR);
    Tensor zeros = Tensor.zeros(PAIR);
    assertThatThrownBy(() -> Signature.of(List.of(a), List.of(a.plus(b))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"b\"")
        .hasMessageEndingWith("is used but neither an argument nor a variable — declare it");
    assertThatThrownBy(() -> Signature.of(List.of(a, a), List.of()))
        .hasMessage("signature: \"a\" is declared twice — declare each input once");
    assertThatThrownBy(() -> Signature.of(List.of(a.exp()), List.of()))
        .hasMessageEndingWith("is computed, not an input — declare inputs with Expr.input");
    assertThatThrownBy(() -> new Signature.Variable(a, Tensor.scalar(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("variable \"a\": declared with shape [2], its first value has shape []");
    assertThatThrownBy(() -> new Signature.Update(a, Expr.literal(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("update of \"a\": variable has shape [2], its new value []");
    Signature.Update update = new Signature.Update(a, b);
    assertThatThrownBy(() -> new Signature(List.of(a, b), List.of(), List.of(), List.of(update)))
        .hasMessage(
            "update of \"a\": it is not a variable of the signature, or is updated twice"
                + " — declare it as a variable and update it once");
    assertThatThrownBy(
            () ->
                new Signature(
                    List.of(b),
                    List.of(new Signature.Variable(a, zeros)),
                    List.of(),
                    List.of(update, update)))
        .hasMessageContaining("updated twice");
  }

  @ParameterizedTest
  @EnumSource
  void updatesTakeEffectTogether(Fusion fusion) {
    Expr a = Expr.input("a", PAIR);
    Expr b = Expr.input("b", PAIR);
    Expr c = Expr.input("c", PAIR);
    Signature rotation =
        new Signature(
            List.of(),
            List.of(variable(a, 1, 2), variable(b, 3, 4), variable(c, 5, 6)),
            List.of(a, b.reshape(2, 1)),
            List.of(
                new Signature.Update(a, b),
                new Signature.Update(b, c.plus(a)),
                new Signature.Update(c, a)));
    try (Backend backend = backend();
        Executable executable = backend.load(Compiler.compile(rotation, fusion))) {
      assertThat(executable.run(List.of()))
          .containsExactly(Tensor.of(PAIR, 1, 2), Tensor.of(Shape.of(2, 1), 3, 4));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 3, 4));
      assertThat(executable.read(1)).isEqualTo(Tensor.of(PAIR, 6, 8));
      assertThat(executable.read(2)).isEqualTo(Tensor.of(PAIR, 1, 2));
      assertThat(executable.run(List.of()).get(0)).isEqualTo(Tensor.of(PAIR, 3, 4));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 6, 8));
      assertThat(executable.read(1)).isEqualTo(Tensor.of(PAIR, 4, 6));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOutputHoldsTheValueBeforeTheUpdate(Fusion fusion) {
    Expr a = Expr.input("a", PAIR);
    Signature counter =
        new Signature(
            List.of(),
            List.of(variable(a, 1, 2)),
            List.of(a, a.plus(1), a.sum()),
            List.of(new Signature.Update(a, a.plus(1))));
    try (Backend backend = backend();
        Executable executable = backend.load(Compiler.compile(counter, fusion))) {
      for (int n = 0; n < 3; n++) {
        assertThat(executable.run(List.of()))
            .containsExactly(
                Tensor.of(PAIR, 1 + n, 2 + n),
                Tensor.of(PAIR, 2 + n, 3 + n),
                Tensor.scalar(3 + 2 * n));
      }
    }
  }

  /** A value that two variables take, one of them in place, and that is also an output. */
  @ParameterizedTest
  @EnumSource
  void oneValueMayServeSeveralVariables(Fusion fusion) {
    Expr a = Expr.input("a", PAIR);
    Expr b = Expr.input("b", PAIR);
    Expr next = a.times(2).plus(b.times(b));
    Signature signature =
        new Signature(
            List.of(),
            List.of(variable(a, 1, 2), variable(b, 3, 4)),
            List.of(next, b),
            List.of(new Signature.Update(a, next), new Signature.Update(b, next)));
    try (Backend backend = backend();
        Executable executable = backend.load(Compiler.compile(signature, fusion))) {
      assertThat(executable.run(List.of()))
          .containsExactly(Tensor.of(PAIR, 11, 20), Tensor.of(PAIR, 3, 4));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 11, 20));
      assertThat(executable.read(1)).isEqualTo(Tensor.of(PAIR, 11, 20));
    }
  }

  /** A variable that is read again after its new value could have been written. */
  @ParameterizedTest
  @EnumSource
  void aVariableReadLateIsNotReplacedEarly(Fusion fusion) {
    Expr a = Expr.input("a", Shape.of(2, 2));
    Expr next = a.plus(1);
    Expr late = next.matmul(a).plus(a.permute(1, 0));
    Tensor first = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    Signature signature =
        new Signature(
            List.of(),
            List.of(new Signature.Variable(a, first)),
            List.of(late),
            List.of(new Signature.Update(a, next)));
    try (Backend backend = backend();
        Executable executable = backend.load(Compiler.compile(signature, fusion))) {
      // (a + 1) · a + aᵀ
      assertThat(executable.run(List.of()))
          .containsExactly(Tensor.of(Shape.of(2, 2), 12, 19, 21, 32));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(Shape.of(2, 2), 2, 3, 4, 5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void momentumChangesBothInPlace(Fusion fusion) {
    Expr theta = Expr.input("theta", PAIR);
    Expr velocity = Expr.input("velocity", PAIR);
    Expr gradient = Expr.input("gradient", PAIR);
    Expr moved = velocity.times(0.5).plus(gradient);
    Signature signature =
        new Signature(
            List.of(gradient),
            List.of(variable(theta, 8, 16), variable(velocity, 4, 8)),
            List.of(),
            List.of(
                new Signature.Update(theta, theta.minus(moved)),
                new Signature.Update(velocity, moved)));
    Program program = Compiler.compile(signature, fusion);
    if (fusion != Fusion.NONE) {
      // No room but the argument and the two variables, a line of 16 floats each.
      assertThat(program.memory().bytes()).isEqualTo(3 * 64);
    }
    try (Backend backend = backend();
        Executable executable = backend.load(program)) {
      executable.run(List.of(Tensor.of(PAIR, 1, 2)));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 5, 10));
      assertThat(executable.read(1)).isEqualTo(Tensor.of(PAIR, 3, 6));
      executable.write(1, Tensor.of(PAIR, 0, 0));
      executable.run(List.of(Tensor.of(PAIR, 1, 1)));
      assertThat(executable.read(0)).isEqualTo(Tensor.of(PAIR, 4, 9));
    }
  }

  private static Signature.Variable variable(Expr input, float... values) {
    return new Signature.Variable(input, Tensor.of(PAIR, values));
  }

  private static Backend backend() {
    return Backends.named("cpu", BackendOptions.defaults().withThreads(1));
  }
}
