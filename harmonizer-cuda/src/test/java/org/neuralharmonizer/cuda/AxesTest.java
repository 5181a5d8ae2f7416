package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxesTest {
  private static final String P = "p";

  @Test
  void axesAlongWhichAllGoOnAreOne() {
    Axes axes = new Axes(new int[] {2, 3, 4}, List.of(new int[] {12, 4, 1}));
    assertThat(axes.count()).isEqualTo(1);
    assertThat(axes.extent(0)).isEqualTo(24);
    assertThat(axes.stride(0, 0)).isEqualTo(1);
    assertThat(axes.offset(0, P)).isEqualTo("p");
  }

  @Test
  void anOperandThatRepeatsKeepsAxesApart() {
    Axes axes = new Axes(new int[] {2, 3, 4}, List.of(new int[] {12, 4, 1}, new int[] {0, 1, 0}));
    assertThat(axes.count()).isEqualTo(3);
    assertThat(axes.offset(0, P)).isEqualTo("p");
    assertThat(axes.offset(1, P)).isEqualTo("p / 4u % 3u");
    assertThat(axes.repeats(0)).isFalse();
    assertThat(axes.repeats(1)).isTrue();
  }

  @Test
  void onlyTheAxesThatGoOnForAllAreOne() {
    Axes axes =
        new Axes(new int[] {2, 3, 4, 5}, List.of(new int[] {60, 20, 5, 1}, new int[] {3, 1, 0, 0}));
    assertThat(axes.count()).isEqualTo(2);
    assertThat(axes.extent(0)).isEqualTo(6);
    assertThat(axes.extent(1)).isEqualTo(20);
    assertThat(axes.offset(1, P)).isEqualTo("p / 20u");
  }

  @Test
  void axesOfOnePositionAreNone() {
    Axes axes = new Axes(new int[] {1, 4, 1, 3, 1}, List.of(new int[] {7, 3, 9, 1, 5}));
    assertThat(axes.count()).isEqualTo(1);
    assertThat(axes.extent(0)).isEqualTo(12);
  }

  @Test
  void aScalarIsOnePosition() {
    for (int[] extents : List.of(new int[0], new int[] {1, 1})) {
      Axes axes = new Axes(extents, List.of(new int[extents.length], new int[extents.length]));
      assertThat(axes.count()).isEqualTo(1);
      assertThat(axes.extent(0)).isEqualTo(1);
      assertThat(axes.stride(1, 0)).isZero();
      assertThat(axes.offset(1, P)).isEqualTo("0");
      assertThat(axes.width()).isEqualTo(1);
    }
  }

  @Test
  void fourAreReadAtOnceWhereRowsBeginAtFours() {
    assertThat(width(new int[] {3, 8}, new int[] {8, 1})).isEqualTo(4);
    assertThat(width(new int[] {3, 7}, new int[] {7, 1})).isEqualTo(1);
    assertThat(width(new int[] {4, 7}, new int[] {7, 1})).as("28 in a row").isEqualTo(4);
    assertThat(width(new int[] {3, 8}, new int[] {9, 1})).as("rows of 9").isEqualTo(1);
    assertThat(width(new int[] {3, 8}, new int[] {12, 1})).as("rows of 12").isEqualTo(4);
    assertThat(width(new int[] {3, 8}, new int[] {1, 3})).as("columns").isEqualTo(1);
    assertThat(width(new int[] {3, 8}, new int[] {1, 0})).as("repeated").isEqualTo(4);
    assertThat(width(new int[] {3, 8}, new int[] {8, 1}, new int[] {9, 1})).isEqualTo(1);
    assertThat(width(new int[] {3, 8}, new int[] {8, 1}, new int[] {0, 1})).isEqualTo(4);
  }

  private static int width(int[] extents, int[]... strides) {
    return new Axes(extents, List.of(strides)).width();
  }

  /** Offsets in C are those of the definition. */
  @Test
  void offsetsFollowStrides() {
    int[] extents = {2, 3, 4, 5};
    int[][] all = {
      {60, 20, 5, 1}, {1, 2, 6, 24}, {0, 0, 0, 1}, {0, 7, 0, 0}, {100, 0, 10, 2}, {5, 0, 10, 1}
    };
    for (int[] strides : all) {
      for (List<int[]> operands :
          List.of(List.of(strides), List.of(strides, all[0]), List.of(strides, all[1]))) {
        String offset = new Axes(extents, operands).offset(0, P);
        for (int p = 0; p < 120; p++) {
          int expected = 0;
          for (int axis = 3, rest = p; axis >= 0; rest /= extents[axis], axis--) {
            expected += rest % extents[axis] * strides[axis];
          }
          assertThat(evaluated(offset, p)).as("%s at %d", offset, p).isEqualTo(expected);
        }
      }
    }
  }

  /** Sums of terms, each a chain of quotients, remainders and products from left to right. */
  private static int evaluated(String offset, int p) {
    int sum = 0;
    for (String term : offset.split(" \\+ ", -1)) {
      String[] words = term.replace("(", "").replace(")", "").replace("u", "").split(" ", -1);
      int value = words[0].equals(P) ? p : Integer.parseInt(words[0]);
      for (int i = 1; i < words.length; i += 2) {
        int number = Integer.parseInt(words[i + 1]);
        value =
            switch (words[i]) {
              case "/" -> value / number;
              case "%" -> value % number;
              case "*" -> value * number;
              default -> throw new AssertionError(offset);
            };
      }
      sum += value;
    }
    return sum;
  }
}
