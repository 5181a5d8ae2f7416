package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;

/** How much of a card a program takes, and what is done when that is too much. */
class DevicePlanTest {
  private static final Shape SQUARE = Shape.of(256, 256);
  private static final long PLACE = 4L * SQUARE.size();
  private static final BackendOptions SINGLE = BackendOptions.defaults().withThreads(1);
  private static final BackendOptions NARROW = SINGLE.withActivations(ActivationFormat.BFLOAT16);

  private final Expr x = Expr.input("x", SQUARE);
  private final Signature signature = exponentialsBeforeAndAfterProducts();
  private final Program whole = Compiler.compile(signature, Fusion.ELEMENTWISE);

  /** Exponentials are needed before and after products, each of which takes two places. */
  private Signature exponentialsBeforeAndAfterProducts() {
    Expr early = x.exp();
    Expr late = early;
    for (int i = 0; i < 4; i++) {
      late = late.matmul(late);
    }
    return Signature.of(List.of(x), List.of(late.times(early).sum()));
  }

  private int stepsOn(long memory, BackendOptions options) {
    RecordingDevice device = new RecordingDevice(memory);
    try (CudaBackend backend = new CudaBackend(device, options);
        Executable executable = backend.load(signature)) {
      assertThat(device.peakBytes()).isLessThanOrEqualTo(memory);
      return executable.program().steps().size();
    }
  }

  @Test
  void valuesAreComputedAgainOnACardWithLittleRoom() {
    assertThat(whole.memory().bytes() / PLACE).isEqualTo(4);
    assertThat(stepsOn(5 * PLACE, SINGLE)).isEqualTo(whole.steps().size());
    assertThat(stepsOn(4 * PLACE, SINGLE)).isEqualTo(whole.steps().size() + 1);
  }

  @Test
  void valuesAreComputedAgainWithinWhatMayBeUsed() {
    BackendOptions little = SINGLE.withMaxBytes(4 * PLACE);
    assertThat(stepsOn(8 * PLACE, little)).isEqualTo(whole.steps().size() + 1);
  }

  @Test
  void narrowValuesNeedNotBeComputedAgain() {
    assertThat(stepsOn(4 * PLACE, NARROW)).isEqualTo(whole.steps().size());
  }
}
