package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class MarkingsTest {
  private static final MarkedPoint HERE = MarkedPoint.at(1.5, 0.5);

  @Test
  void everyRuleTakesAwayWhatItSaysAndCountsIt() {
    List<Marking> markings =
        List.of(
            marking("a", "one", 1.0, Marking.Pointer.DESKTOP, 3),
            marking("a", "one", 1.0, Marking.Pointer.DESKTOP, 5),
            marking("a", "two", 0.9, Marking.Pointer.DESKTOP, 3),
            marking("a", "three", 1.0, Marking.Pointer.MOBILE, 3),
            marking("a", "four", 1.0, Marking.Pointer.UNKNOWN, 1),
            marking("b", "five", 1.0, Marking.Pointer.DESKTOP, 9),
            Marking.of("b", "six", List.of(HERE, HERE)));
    MarkingFilter filter =
        MarkingFilter.none()
            .firstSubmissions()
            .catchTrialsAtLeast(0.95)
            .notMobile()
            .clicksCutAt(2, 4)
            .participantsAtLeast(1);
    MarkingFilter.Result result = filter.apply(markings);
    assertThat(result.markings()).extracting(Marking::participant).containsExactly("one", "five");
    assertThat(result.markings()).extracting(each -> each.points().size()).containsExactly(3, 4);
    assertThat(result.removed())
        .containsExactly(
            Map.entry("later submissions of the same participant", 1),
            Map.entry("fewer than 0.95 of catch trials passed, or unknown", 2),
            Map.entry("on a mobile device", 1),
            Map.entry("fewer than 2 points", 1),
            Map.entry("of images with fewer than 1 participants", 0));
    assertThat(filter.toString()).startsWith("without later submissions");
  }

  @Test
  void otherRules() {
    List<Marking> markings =
        List.of(
            marking("a", "one", 1, Marking.Pointer.DESKTOP, 3),
            marking("a", "two", 1, Marking.Pointer.DESKTOP, 9),
            marking("b", "one", 1, Marking.Pointer.DESKTOP, 3));
    assertThat(MarkingFilter.none().clicks(2, 4).apply(markings).markings()).hasSize(2);
    assertThat(MarkingFilter.none().participantsAtLeast(2).apply(markings).markings())
        .extracting(Marking::image)
        .containsOnly("a");
    assertThat(
            MarkingFilter.none()
                .withoutRepeatedPoints()
                .apply(List.of(Marking.of("a", "one", List.of(HERE, HERE))))
                .markings()
                .get(0)
                .points())
        .containsExactly(HERE);
    assertThat(MarkingFilter.none()).hasToString("every marking");
    assertThatThrownBy(() -> MarkingFilter.none().clicks(5, 4))
        .hasMessageContaining("from 5 to 4 points");
    assertThatThrownBy(() -> MarkingFilter.none().catchTrialsAtLeast(95))
        .hasMessageContaining("a share in [0, 1], not 95.0");
  }

  @Test
  void pointsAreCountedInTheirPixelsForEachParticipant() {
    List<Marking> markings =
        List.of(
            Marking.of("a", "one", List.of(HERE, new MarkedPoint(1.99, 0, 2))),
            Marking.of("b", "one", List.of(MarkedPoint.at(0, 1))),
            Marking.of("a", "two", List.of(MarkedPoint.at(-0.1, 0), MarkedPoint.at(3, 0))),
            Marking.of("a", "one", List.of(MarkedPoint.at(0, 1))));
    RaterMaps maps = PointMaps.of(2, 3).raters("a", markings);
    assertThat(maps.values())
        .isEqualTo(Tensor.of(Shape.of(2, 2, 3), 0, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    assertThat(
            PointMaps.of(2, 3)
                .withPresence(PointMaps.Presence.ONCE)
                .raters("a", markings)
                .rater(0)
                .values())
        .isEqualTo(Tensor.of(Shape.of(2, 3), 0, 1, 0, 1, 0, 0));
    assertThat(PointMaps.of(2, 3).prepared(DiskBlur.of(3)))
        .hasToString("points summed over 2 × 3, disk blur of diameter 3");
    assertThatThrownBy(() -> PointMaps.of(2, 3).raters("c", markings))
        .hasMessageContaining("no marking of \"c\"");
    assertThatThrownBy(() -> MarkedPoint.at(Double.NaN, 0)).hasMessageContaining("(NaN, 0.0)");
  }

  @Test
  void aDiskIsFlatAndKeepsTheSumInside() {
    Tensor point = Tensor.generate(Shape.of(7, 9), i -> i == 3 * 9 + 4 ? 1 : 0);
    Tensor disk = DiskBlur.of(5).apply(point);
    // 1 + 5 + 5 + 5 + 1: the corners of the square are farther than 2 from the middle.
    int[] widths = {0, 1, 3, 5, 3, 1, 0};
    for (int y = 0; y < 7; y++) {
      int row = y;
      long reached = IntStream.range(0, 9).filter(x -> disk.at(row, x) > 0).count();
      assertThat(reached).isEqualTo(widths[y]);
    }
    assertThat((double) disk.at(3, 4)).isEqualTo(1 / 13.0, within(1e-7));
    Tensor corner = Tensor.generate(Shape.of(1, 4, 4), i -> i == 0 ? 1 : 0);
    assertThat((double) DiskBlur.of(3).apply(corner).at(0, 0, 0)).isEqualTo(0.2, within(1e-7));
    assertThat(DiskBlur.of(1).apply(point)).isEqualTo(point);
    assertThat(DiskBlur.relativeTo(256, 0.082)).hasToString("disk blur of diameter 21");
    assertThatThrownBy(() -> DiskBlur.of(4)).hasMessageContaining("must be odd");
  }

  private static Marking marking(
      String image, String who, double catchTrials, Marking.Pointer pointer, int points) {
    List<MarkedPoint> all = IntStream.range(0, points).mapToObj(i -> MarkedPoint.at(i, i)).toList();
    return new Marking(image, who, all, OptionalDouble.of(catchTrials), pointer);
  }
}
