package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MovementsTest {

  private final Kernels kernels = KernelProvider.best();
  private final Workers workers = new Workers(2, kernels);
  private final Movements movements = new Movements(workers, kernels.loops());
  private final SplittableRandom random = new SplittableRandom(31);

  @AfterEach
  void close() {
    workers.close();
  }

  private int[] shape(int largest) {
    return fill(random.nextInt(7), i -> 1 + random.nextInt(largest));
  }

  private static int[] fill(int size, IntUnaryOperator value) {
    int[] values = new int[size];
    Arrays.setAll(values, value);
    return values;
  }

  private static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Where the i-th index of a shape lies. */
  private static int at(int i, int[] shape, int[] strides) {
    int offset = 0;
    int rest = i;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      offset += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    return offset;
  }

  @Test
  void permutationsMoveEveryElement() {
    for (int trial = 0; trial < 300; trial++) {
      int[] shape = trial < 10 ? new int[] {3, 70, 90} : shape(6);
      int[] axes = fill(shape.length, i -> i);
      for (int i = shape.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int kept = axes[i];
        axes[i] = axes[j];
        axes[j] = kept;
      }
      int[] target = fill(shape.length, i -> shape[axes[i]]);
      int[] dense = Movements.denseStrides(shape);
      int[] strides = fill(shape.length, i -> dense[axes[i]]);
      float[] x = Samples.uniform(random, size(shape) + 1);
      float[] result = new float[size(shape) + 2];
      movements.permute(shape, axes, x, 1, result, 2).run();
      for (int i = 0; i < size(shape); i++) {
        assertThat(result[2 + i]).isEqualTo(x[1 + at(i, target, strides)]);
      }
    }
  }

  @Test
  void axesOfStrideZeroRepeat() {
    for (int trial = 0; trial < 300; trial++) {
      int[] shape = shape(7);
      int[] repeated = fill(shape.length, i -> random.nextInt(2));
      int[] source = fill(shape.length, i -> repeated[i] == 1 ? 1 : shape[i]);
      int[] strides = Movements.denseStrides(source);
      for (int i = 0; i < shape.length; i++) {
        strides[i] = repeated[i] == 1 ? 0 : strides[i];
      }
      float[] x = Samples.uniform(random, size(source));
      float[] result = new float[size(shape)];
      movements.expand(shape, x, 0, strides, result, 0).run();
      for (int i = 0; i < result.length; i++) {
        assertThat(result[i]).isEqualTo(x[at(i, shape, strides)]);
      }
    }
  }

  @Test
  void slicesAndPaddingAreTransposesOfEachOther() {
    for (int trial = 0; trial < 300; trial++) {
      int[] shape = shape(9);
      int[] starts = fill(shape.length, i -> random.nextInt(shape[i]));
      int[] steps = fill(shape.length, i -> 1 + random.nextInt(3));
      int[] target =
          fill(shape.length, i -> 1 + random.nextInt((shape[i] - 1 - starts[i]) / steps[i] + 1));
      int[] strides = Movements.denseStrides(shape);
      int from = 0;
      for (int i = 0; i < shape.length; i++) {
        from += starts[i] * strides[i];
        strides[i] *= steps[i];
      }
      float[] x = Samples.uniform(random, size(shape));
      float[] piece = new float[size(target)];
      float[] expected = new float[x.length];
      movements.slice(shape, starts, steps, target, x, 0, piece, 0).run();
      for (int i = 0; i < piece.length; i++) {
        int position = from + at(i, target, strides);
        assertThat(piece[i]).isEqualTo(x[position]);
        expected[position] = piece[i];
      }
      float[] padded = new float[x.length];
      Arrays.fill(padded, Float.NaN);
      movements.pad(target, starts, steps, shape, piece, 0, padded, 0).run();
      assertThat(padded).isEqualTo(expected);
    }
  }

  @Test
  void aStepMayRunBackwards() {
    float[] result = new float[3];
    movements
        .slice(
            new int[] {5},
            new int[] {4},
            new int[] {-2},
            new int[] {3},
            new float[] {0, 1, 2, 3, 4},
            0,
            result,
            0)
        .run();
    assertThat(result).containsExactly(4, 2, 0);
  }

  @Test
  void nothingIsCopiedFromAnEmptyShape() {
    float[] result = {7};
    movements.expand(new int[] {3, 0, 2}, new float[0], 0, new int[] {0, 2, 1}, result, 0).run();
    assertThat(result).containsExactly(7);
  }

  @Test
  void piecesOfAConcatenationLandSideBySide() {
    float[] result = new float[10];
    movements.copyRows(2, 3, new float[] {1, 2, 3, 4, 5, 6}, 0, 3, result, 2, 5).run();
    assertThat(result).containsExactly(0, 0, 1, 2, 3, 0, 0, 4, 5, 6);
  }

  @Test
  void rowsAreGatheredAndScattered() {
    float[] x = {1, 2, 3, 4, 5, 6};
    float[] index = {2, 0, 2};
    float[] result = new float[6];
    movements.gatherRows(3, 2, x, 0, index, 0, 3, result, 0).run();
    assertThat(result).containsExactly(5, 6, 1, 2, 5, 6);
    float[] sums = new float[6];
    Arrays.fill(sums, Float.NaN);
    movements.scatterRows(3, 2, result, 0, index, 0, 3, sums, 0).run();
    assertThat(sums).containsExactly(1, 2, 0, 0, 10, 12);
  }

  @Test
  void anIndexThatIsNoRowIsNamed() {
    for (float wrong : new float[] {3f, -1f, 0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(
              () ->
                  movements
                      .gatherRows(
                          3, 1, new float[3], 0, new float[] {0, wrong}, 0, 2, new float[2], 0)
                      .run())
          .isInstanceOf(ArrayIndexOutOfBoundsException.class)
          .hasMessage(
              "gather rows: index "
                  + wrong
                  + " at position 1 is not one of the 3 rows"
                  + " — use whole numbers of 0 … 2");
      assertThatThrownBy(
              () ->
                  movements
                      .scatterRows(
                          3, 1, new float[2], 0, new float[] {0, wrong}, 0, 2, new float[3], 0)
                      .run())
          .isInstanceOf(ArrayIndexOutOfBoundsException.class)
          .hasMessageStartingWith("scatter rows: index " + wrong);
    }
  }
}
