package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class MapPreparationTest {
  @Test
  void theReleasedPreparationMovesAMapToTheLeftAndTheCorrectedOneDoesNot() {
    // A square in the middle, [120, 136) of 256: its centre of mass is the map's.
    Tensor square =
        Tensor.generate(Shape.of(256, 256), i -> isMiddle(i / 256) && isMiddle(i % 256) ? 1 : 0);
    double middle = (224 - 1) / 2.0;
    // The taps reach from 4 columns to the left to 5 to the right; their mean lies at 0.54 of one.
    assertThat(centre(MapPreparation.asReleased().apply(square), 1))
        .isEqualTo(middle - 0.54 * 3.5, within(0.01));
    assertThat(centre(MapPreparation.corrected().apply(square), 1)).isEqualTo(middle, within(1e-3));
    assertThat(centre(MapPreparation.corrected().apply(square), 0)).isEqualTo(middle, within(1e-3));
  }

  @Test
  void theCorrectedPreparationSeesWhatTheReleasedOneSkips() {
    // The released resizing takes the two middle pixels of every four.
    Tensor skipped = Tensor.generate(Shape.of(256, 256), i -> i % 4 == 0 ? 1 : 0);
    assertThat(MapPreparation.asReleased().apply(skipped).at(112, 112)).isZero();
    assertThat((double) MapPreparation.corrected().apply(skipped).at(112, 112))
        .isEqualTo(0.25, within(1e-6));
  }

  private static boolean isMiddle(int position) {
    return position >= 120 && position < 136;
  }

  private static double centre(Tensor map, int axis) {
    double sum = 0;
    double moment = 0;
    for (int y = 0; y < 224; y++) {
      for (int x = 0; x < 224; x++) {
        sum += map.at(y, x);
        moment += map.at(y, x) * (axis == 0 ? y : x);
      }
    }
    return moment / sum;
  }
}
