package org.neuralharmonizer.psychophysics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

final class StimuliTest {
  private static final int HEIGHT = 17;
  private static final int WIDTH = 23;
  private static final int BUDGET = 150;

  static Stream<Arguments> maps() {
    SeededRandom random = SeededRandom.of(1);
    return Stream.of(
        Arguments.of("random", map(i -> random.nextDouble())),
        Arguments.of("flat", map(i -> 1)),
        Arguments.of("two peaks", map(i -> i == 30 ? 5 : i == 300 ? 5 : 0)),
        Arguments.of("a peak in a corner", map(i -> i == HEIGHT * WIDTH - 1 ? 1 : 0.01)),
        Arguments.of("a peak at the border", map(i -> i == WIDTH / 2 ? 1 : 0)),
        Arguments.of("negative but for one", map(i -> i == 200 ? 1e-30 : -1)));
  }

  private static ImportanceMap map(IntToDoubleFunction values) {
    return ImportanceMap.of(Tensor.generate(Shape.of(HEIGHT, WIDTH), values));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("maps")
  void regionsAreConnectedNestedAndInside(String name, ImportanceMap map) {
    for (RegionGrowth growth : growths()) {
      Region region = growth.grow(map, BUDGET);
      assertThat(region.size()).isEqualTo(BUDGET);
      boolean[] before = new boolean[HEIGHT * WIDTH];
      RevealLevels levels = RevealLevels.asInPaper();
      for (int level = 0; level < levels.count(); level++) {
        int pixels = levels.pixels(level, BUDGET);
        boolean[] mask = region.mask(pixels);
        assertThat(count(mask)).as("pixels of level " + level).isEqualTo(pixels);
        assertThat(reached(mask, region.pixel(0))).as("connected").isEqualTo(pixels);
        for (int i = 0; i < mask.length; i++) {
          assertThat(mask[i] || !before[i]).as("nested").isTrue();
        }
        before = mask;
        Region.Shift shift = region.centring(pixels);
        Region.Box box = region.box(pixels);
        int bottom = box.top() + box.height() - 1;
        int right = box.left() + box.width() - 1;
        Set<String> touched = new HashSet<>();
        for (int place = 0; place < pixels; place++) {
          int row = region.pixel(place) / WIDTH + shift.rows();
          int column = region.pixel(place) % WIDTH + shift.columns();
          assertThat(row).isBetween(0, HEIGHT - 1).isBetween(box.top(), bottom);
          assertThat(column).isBetween(0, WIDTH - 1).isBetween(box.left(), right);
          touched.addAll(Set.of("row " + row, "column " + column));
        }
        assertThat(touched)
            .contains("row " + box.top(), "row " + bottom)
            .contains("column " + box.left(), "column " + right);
      }
    }
  }

  private static List<RegionGrowth> growths() {
    return List.of(
        RegionGrowth.deterministic(), RegionGrowth.probabilistic(3), RegionGrowth.probabilistic(4));
  }

  @Test
  void growthBeginsAtThePeakAndFollowsImportance() {
    // A ridge along one row is followed before anything else.
    ImportanceMap ridge = map(i -> i / WIDTH == 8 ? 10 + i % WIDTH : 0.5);
    Region region = RegionGrowth.deterministic().grow(ridge, WIDTH);
    for (int place = 0; place < WIDTH; place++) {
      assertThat(region.pixel(place)).isEqualTo(8 * WIDTH + WIDTH - 1 - place);
    }
    assertThat(RegionGrowth.probabilistic(3).grow(ridge, 5).pixel(0)).isEqualTo(9 * WIDTH - 1);
  }

  /** Two neighbours, one nine times as important: it comes next nine times out of ten. */
  @Test
  void chancesAreProportionalToImportance() {
    ImportanceMap map = ImportanceMap.of(1, 3, 0.1f, 100, 0.9f);
    int right = 0;
    int draws = 4000;
    for (int seed = 0; seed < draws; seed++) {
      RegionGrowth growth = new RegionGrowth.Probabilistic(seed, 1e-12);
      right += growth.grow(map, 2).pixel(1) == 2 ? 1 : 0;
    }
    // Three standard deviations of 4000 draws.
    assertThat((double) right / draws).isCloseTo(0.9, within(0.0145));
  }

  @Test
  void aSeedGivesOneRegion() {
    SeededRandom random = SeededRandom.of(2);
    ImportanceMap map = map(i -> random.nextDouble());
    assertThat(RegionGrowth.probabilistic(5).grow(map, BUDGET).mask(BUDGET))
        .isEqualTo(RegionGrowth.probabilistic(5).grow(map, BUDGET).mask(BUDGET))
        .isNotEqualTo(RegionGrowth.probabilistic(6).grow(map, BUDGET).mask(BUDGET));
  }

  @Test
  void aRegionAnywhereMovesToTheMiddle() {
    Region region = RegionGrowth.deterministic().grow(map(i -> i == 3 * WIDTH + 4 ? 1 : 1e-3), 9);
    Region.Shift shift = region.centring(1);
    assertThat(3 + shift.rows()).isEqualTo(HEIGHT / 2);
    assertThat(4 + shift.columns()).isEqualTo(WIDTH / 2);
  }

  @Test
  void levelsAreThePapersAndTurnOverSets() {
    RevealLevels levels = RevealLevels.asInPaper();
    assertThat(levels.percents())
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 5e-4 ? 0 : 1, Double.class)
        .containsExactly(
            1.0, 1.585, 2.512, 3.981, 6.310, 10.0, 15.849, 25.119, 39.811, 63.096, 100.0);
    assertThat(levels.pixels(0, 20)).isEqualTo(1);
    assertThat(levels.pixels(10, 20)).isEqualTo(20);
    boolean[] met = new boolean[levels.count() + 1];
    for (int set = 0; set <= levels.count(); set++) {
      met[levels.levelOf(7, set)] = true;
      assertThat(levels.setOf(7, levels.levelOf(7, set))).isEqualTo(set);
    }
    assertThat(met).doesNotContain(false);
  }

  @Test
  void whatCannotBeGrownIsRefused() {
    assertThatThrownBy(() -> RegionGrowth.deterministic().grow(map(i -> 0), 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("region growth: nothing in the map is above 0");
    assertThatThrownBy(() -> RegionGrowth.probabilistic(1).grow(map(i -> 1), 400))
        .hasMessage("region growth: 400 pixels of a map of 17 × 23 — ask for 1 to 391");
    assertThatThrownBy(() -> new RevealLevels(List.of(5.0, 2.0)))
        .hasMessageContaining("do not ascend");
    Region region = RegionGrowth.deterministic().grow(map(i -> 1), 5);
    assertThatThrownBy(() -> region.mask(6)).hasMessageContaining("it has 5 — grow it further");
  }

  private static int count(boolean[] mask) {
    int count = 0;
    for (boolean each : mask) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /** How many pixels of a mask are reached from one, over all eight neighbours. */
  private static int reached(boolean[] mask, int start) {
    boolean[] seen = new boolean[mask.length];
    Deque<Integer> path = new ArrayDeque<>(List.of(start));
    seen[start] = true;
    int count = 0;
    while (!path.isEmpty()) {
      int pixel = path.pop();
      count++;
      for (int dr = -1; dr <= 1; dr++) {
        for (int dc = -1; dc <= 1; dc++) {
          int row = pixel / WIDTH + dr;
          int column = pixel % WIDTH + dc;
          int each = row * WIDTH + column;
          boolean inside = row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH;
          if (inside && mask[each] && !seen[each]) {
            seen[each] = true;
            path.push(each);
          }
        }
      }
    }
    return count;
  }

  @Test
  void revealedPixelsAreMovedOntoTheBackground() {
    Region region = RegionGrowth.deterministic().grow(map(i -> i == 30 ? 5 : i % 5), BUDGET);
    Shape shape = Shape.of(3, HEIGHT, WIDTH);
    Tensor image = Tensor.generate(shape, i -> 1 + i);
    Tensor stimulus = region.revealed(40, image, Tensor.zeros(shape));
    Region.Shift shift = region.centring(40);
    boolean[] mask = region.mask(40);
    for (int i = 0; i < image.size(); i++) {
      int row = i / WIDTH % HEIGHT - shift.rows();
      int column = i % WIDTH - shift.columns();
      boolean isInside = row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH;
      boolean isShown = isInside && mask[row * WIDTH + column];
      int from = i - shift.rows() * WIDTH - shift.columns();
      assertThat(stimulus.value(i)).isEqualTo(isShown ? image.value(from) : 0);
    }
    assertThatThrownBy(() -> region.revealed(40, image, Tensor.zeros(Shape.of(1, HEIGHT, WIDTH))))
        .hasMessageContaining("the background is [1, 17, 23] for an image of [3, 17, 23]");
    assertThatThrownBy(() -> region.revealed(40, Tensor.zeros(Shape.of(3, 4, 4)), image))
        .hasMessageContaining("the image is [3, 4, 4] for a region in 17 × 23");
  }
}
