package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class NarrowStoragesTest {
  private static final Shape SQUARE = Shape.of(16, 16);

  private final Expr x = Expr.input("x", SQUARE);
  private final Expr w = Expr.input("w", SQUARE);

  @Test
  void whatPassesBetweenStepsIsNarrowAndNothingElse() {
    Expr hidden = x.matmul(w).tanh();
    Expr y = hidden.matmul(w);
    Expr loss = y.times(y).sum();
    Expr slope = hidden.permute(1, 0).matmul(y);
    Program program =
        Compiler.compile(
            new Signature(
                List.of(x),
                List.of(new Signature.Variable(w, Tensor.filled(SQUARE, 1))),
                List.of(loss),
                List.of(new Signature.Update(w, w.plus(slope.times(-0.1f))))),
            Fusion.ELEMENTWISE);
    Set<Integer> narrow = NarrowStorages.of(program, SQUARE.size());
    Set<Integer> expected = new HashSet<>();
    int products = 0;
    for (Step step : program.steps()) {
      boolean isProduct = step instanceof Step.Apply a && a.primitive().code() == Code.MATMUL;
      boolean isSlope = isProduct && ++products == 3;
      for (Slot output : step.outputs()) {
        if (output.shape().equals(SQUARE) && !isSlope) {
          expected.add(output.storage());
        }
      }
    }
    program.updates().forEach(update -> expected.remove(update.value().storage()));
    // Two products, what becomes of the first of them, and the same transposed.
    assertThat(narrow).isEqualTo(expected).hasSize(4);
    assertThat(NarrowStorages.of(program, SQUARE.size() + 1)).isEmpty();
  }

  @Test
  void indicesStayWhole() {
    Expr table = Expr.input("table", SQUARE);
    Expr chosen = Expr.of(new Comparison.ArgMax(), x.tanh());
    Expr index = chosen.reshape(16, 1).broadcastTo(SQUARE).reshape(256);
    Expr rows = Expr.of(new Movement.GatherRows(), table, index);
    Program program =
        Compiler.compile(Signature.of(List.of(x, table), List.of(rows.sum())), Fusion.NONE);
    Set<Integer> narrow = NarrowStorages.of(program, 1);
    for (Step step : program.steps()) {
      Code code = ((Step.Apply) step).primitive().code();
      boolean isIndex = code == Code.ARG_MAX || code == Code.BROADCAST;
      boolean isOutput = program.outputs().contains(step.outputs().get(0));
      assertThat(narrow.contains(step.outputs().get(0).storage()))
          .as("%s", step)
          .isEqualTo(!isIndex && !isOutput);
    }
  }

  /** What steps pass on is most of the memory; images, weights and their gradients stay. */
  @Test
  void aTrainingStepNeedsLittleMoreThanHalfTheMemory() {
    List<Double> shares =
        StepPrograms.all()
            .map(
                program -> {
                  Set<Integer> narrow = NarrowStorages.of(program, NarrowStorages.LEAST_VALUES);
                  double bytes = new Arena(program, narrow).bytes();
                  return bytes / new Arena(program, Set.of()).bytes();
                })
            .toList();
    assertThat(shares).allMatch(share -> share <= 1).anyMatch(share -> share < 0.6);
  }

  @Test
  void anOldCardIsToldApart() {
    RecordingDevice device = new RecordingDevice(1 << 20, 75);
    BackendOptions options = BackendOptions.defaults().withActivations(ActivationFormat.BFLOAT16);
    assertThatThrownBy(() -> new CudaBackend(device, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cuda: activations as bfloat16 need compute capability 8.0, recording has 7.5"
                + " — use single");
    assertThat(device.calls("close")).hasSize(1);
  }
}
