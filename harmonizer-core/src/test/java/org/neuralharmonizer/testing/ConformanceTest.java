package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The suite's judgement: what is off must be found and named. */
class ConformanceTest {
  private final ConformanceCase each = new ConformanceCase("a case");
  private final Expr x = each.input(Tensor.of(Shape.of(3), 0.5f, Float.NaN, 2));

  @Test
  void resultsThatAgreePass() {
    each.exact("negated", x.negated());
    each.within(2, "exponential", x.exp());
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void aResultThatIsNotFiniteIsNearNothing() {
    each.exact("negated", x.negated());
    each.near(1, "exponential", x.exp());
    assertThatThrownBy(this::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("a case, fusion NONE: 1 of 2 results are off")
        .hasMessageContaining(
            "exponential: off by NaN, allowed 1.00, first NaN instead of NaN at 1");
  }

  @Test
  void elementsAreCountedOneByOne() {
    // Single precision loses both numbers in the sum.
    each.within(4, "sum", x.plus(1e8).minus(x.sign().times(1e8)));
    assertThatThrownBy(this::check)
        .hasMessageContaining("1 of 1 results are off")
        .hasMessageContaining(
            "sum: 2 of 3 elements differ by more than 4.0 ulp, first 0.0 instead of 0.5 at 0");
  }

  @Test
  void whatCannotBeLoadedIsNamedAndTheRestIsJudged() {
    each.exact("negated", x.negated());
    each.within(2, "exponential", x.exp());
    assertThatThrownBy(() -> check(new WithoutExponentials(open())))
        .hasMessageContaining("all in one program: java.lang.IllegalStateException: no exp")
        .hasMessageContaining("exponential: java.lang.IllegalStateException: no exp")
        .hasMessageNotContaining("negated:");
  }

  private static Backend open() {
    return Backends.named("cpu", BackendOptions.defaults().withThreads(1));
  }

  private void check() {
    check(open());
  }

  private void check(Backend backend) {
    try (backend) {
      Conformance.check(
          each,
          new Conformance.Terms(backend, ProductPrecision.SINGLE, true, function -> 0),
          Fusion.NONE);
    }
  }

  private record WithoutExponentials(Backend backend) implements Backend {
    @Override
    public String name() {
      return backend.name();
    }

    @Override
    public Executable load(Program program) {
      for (Step step : program.steps()) {
        if (((Step.Apply) step).primitive().code() == Code.EXP) {
          throw new IllegalStateException("no exp");
        }
      }
      return backend.load(program);
    }

    @Override
    public void close() {
      backend.close();
    }
  }
}
