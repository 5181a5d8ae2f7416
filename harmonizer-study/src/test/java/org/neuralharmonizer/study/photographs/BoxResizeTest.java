package org.neuralharmonizer.study.photographs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

final class BoxResizeTest {
  private static float[] line(int count, float... values) {
    return BoxResize.resize(Tensor.of(Shape.of(1, 1, values.length), values), 1, count).toArray();
  }

  @Test
  void pixelsCountWhole() {
    assertThat(line(2, 0, 10, 20, 30)).containsExactly(5, 25);
    // Centres at 0.5 … 4.5, output pixels from 0 to 5/3, 10/3 and 5.
    assertThat(line(3, 0, 10, 20, 30, 40)).containsExactly(5, 20, 35);
    assertThat(line(1, 1, 2)).containsExactly(2);
  }

  @Test
  void enlargingRepeats() {
    assertThat(line(4, 3, 9)).containsExactly(3, 3, 9, 9);
    assertThat(line(3, 1, 2, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void rowsAreRoundedBeforeColumns() {
    Tensor picture = Tensor.of(Shape.of(1, 2, 2), 0, 1, 0, 0);
    // Rows 0.5 → 1 and 0; their mean 0.5 → 1, where the mean of all four is 0.25.
    assertThat(BoxResize.resize(picture, 1, 1).item()).isEqualTo(1);
  }
}
