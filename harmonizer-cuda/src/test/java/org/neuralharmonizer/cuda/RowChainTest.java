package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class RowChainTest {
  private static final int ROWS = 5;

  /** Centred and scaled rows: three loops over them, and two over their sums. */
  private static Expr standardized(Expr x) {
    Expr centred = x.minus(x.times(2).minus(x).meanKeeping(1));
    return centred.times(centred.squared().meanKeeping(1).plus(0.1).sqrt().reciprocal());
  }

  private static Program program(int run) {
    Expr x = Expr.input("x", Shape.of(ROWS, run));
    return Compiler.compile(Signature.of(List.of(x), List.of(standardized(x))), Fusion.ELEMENTWISE);
  }

  private static List<RowChain> chains(Program program) {
    Arena arena = new Arena(program, Set.of());
    List<RowChain> chains = new ArrayList<>();
    int next = 0;
    while (next < program.steps().size()) {
      RowChain chain = RowChain.from(program.steps(), next, arena);
      next += chain == null ? 1 : chain.length();
      if (chain != null) {
        chains.add(chain);
      }
    }
    return chains;
  }

  private static Work.Launch launch(int run) {
    List<RowChain> chains = chains(program(run));
    assertThat(chains).hasSize(1);
    return (Work.Launch) chains.get(0).work();
  }

  @Test
  void aWarpTakesAShortRow() {
    Work.Launch launch = launch(197);
    assertThat(launch.kernel().text()).contains("__syncwarp();").doesNotContain("__syncthreads");
    assertThat(launch.blocks()).isEqualTo(1);
  }

  @Test
  void aBlockTakesALongRow() {
    Work.Launch launch = launch(768);
    assertThat(launch.kernel().text()).contains("__syncthreads();").doesNotContain("__syncwarp");
    assertThat(launch.blocks()).isEqualTo(ROWS);
  }

  @Test
  void rowsThatFitNoCacheAreGoneOverStepByStep() {
    assertThat(chains(program(8193))).isEmpty();
  }

  /** Neither a lone loop nor one whose sums go across rows. */
  @Test
  void thereMustBeSeveralLoopsOverTheSameRows() {
    Expr x = Expr.input("x", Shape.of(64, 40));
    for (Expr sum : List.of(x.exp().sum(1), x.squared().plus(1).sum(0))) {
      Program program =
          Compiler.compile(Signature.of(List.of(x), List.of(sum)), Fusion.ELEMENTWISE);
      assertThat(chains(program)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 49, 197, 256, 257, 1000, 4100})
  void rowsAreWhatTheyAreStepByStep(int run) {
    EmulatedDevice.assumeAvailable();
    Program program = program(run);
    Tensor x =
        Tensor.generate(
            Shape.of(ROWS, run), i -> Math.sin(i * 0.37) + i % 7 - 0.5 * Math.floorDiv(i, run));
    try (CudaBackend backend =
            new CudaBackend(new EmulatedDevice(1 << 24), BackendOptions.defaults().withThreads(2));
        Executable executable = backend.load(program)) {
      List<Tensor> together = executable.run(List.of(x));
      List<Tensor> observed = executable.run(List.of(x), (index, step, results) -> {});
      for (int row = 0; row < ROWS; row++) {
        double squares = 0;
        double sum = 0;
        for (int i = 0; i < run; i++) {
          float value = together.get(0).at(row, i);
          assertThat(value).isEqualTo(observed.get(0).at(row, i), within(value));
          sum += value;
          squares += (double) value * value;
        }
        assertThat(sum / run).isEqualTo(0, Assertions.within(1e-5));
        assertThat(squares / run).isBetween(0.9, 1.0);
      }
    }
  }

  /** Sums in another order differ in their last bits. */
  private static Offset<Float> within(float value) {
    return Assertions.within(1e-5f * Math.max(1, Math.abs(value)));
  }
}
