package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Fused loops over planes whose numbers repeat by channel, as batch norm has them. */
class ChannelLoopsTest {

  private static final int IMAGES = 2;
  private static final int CHANNELS = 5;

  /**
   * Sides of planes: shorter than a vector, than the least block and than a block; many blocks of
   * equal length; a prime number of elements to a row, which no block divides.
   */
  private static final int[] SIDES = {1, 3, 7, 14, 28, 56, 112, 41};

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void eachElementMeetsTheNumbersOfItsChannel(Kernels kernels) {
    for (int threads = 1; threads <= 2; threads++) {
      try (Backend backend =
          new CpuBackend(BackendOptions.defaults().withThreads(threads), kernels)) {
        for (int side : SIDES) {
          check(backend, side);
        }
      }
    }
  }

  private static void check(Backend backend, int side) {
    Shape shape = Shape.of(IMAGES, CHANNELS, side, side);
    Shape perChannel = Shape.of(1, CHANNELS, 1, 1);
    Expr x = Expr.input("x", shape);
    Expr scale = Expr.input("scale", perChannel);
    Expr shift = Expr.input("shift", perChannel);
    Expr y = x.times(scale.broadcastTo(shape)).plus(shift.broadcastTo(shape));
    Expr gated = y.greater(shift.broadcastTo(shape)).times(y);
    Signature signature =
        Signature.of(List.of(x, scale, shift), List.of(gated, gated.sum(0, 2, 3)));
    float[] values = Samples.uniform(side, shape.size());
    float[] scales = Samples.uniform(1, CHANNELS);
    float[] shifts = Samples.uniform(2, CHANNELS);
    List<Tensor> arguments =
        List.of(
            Tensor.of(shape, values), Tensor.of(perChannel, scales), Tensor.of(perChannel, shifts));
    int plane = side * side;
    double[] sums = new double[CHANNELS];
    List<Tensor> results = backend.load(signature).run(arguments);
    for (int i = 0; i < values.length; i++) {
      int channel = i / plane % CHANNELS;
      float each = values[i] * scales[channel] + shifts[channel];
      each *= each > shifts[channel] ? 1f : 0f;
      sums[channel] += each;
      assertThat(results.get(0).value(i)).as("%d × %d, element %d", side, side, i).isEqualTo(each);
    }
    for (int channel = 0; channel < CHANNELS; channel++) {
      // Sums are formed in double and rounded once: half an ulp of at most 2 · 2 · 112².
      assertThat((double) results.get(1).value(channel)).isCloseTo(sums[channel], within(0.002));
    }
  }
}
