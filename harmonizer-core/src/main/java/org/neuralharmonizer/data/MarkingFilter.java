package org.neuralharmonizer.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which markings become maps. Rules are applied one after the other, in the order in which they
 * were added; what each of them takes away is counted. Immutable.
 *
 * <pre>{@code
 * MarkingFilter.none().firstSubmissions().catchTrialsAtLeast(0.95).notMobile().clicks(2, 1000)
 * }</pre>
 *
 * @see <a href="https://github.com/serre-lab/human_clickme_data_processing">
 *     serre-lab/human_clickme_data_processing, src/utils.py</a>
 */
public final class MarkingFilter {
  private final List<Rule> rules;

  private MarkingFilter(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  @FunctionalInterface
  private interface Step {
    List<Marking> apply(List<Marking> markings);
  }

  private record Rule(String name, Step step) {}

  /**
   * What is left, and what is not.
   *
   * @param markings in their order
   * @param removed for every rule that takes whole markings away, how many; in the order of rules
   */
  public record Result(List<Marking> markings, Map<String, Integer> removed) {
    public Result {
      markings = List.copyOf(markings);
      removed = Collections.unmodifiableMap(new LinkedHashMap<>(removed));
    }
  }

  /** Everything stays. */
  public static MarkingFilter none() {
    return new MarkingFilter(List.of());
  }

  /** Of several markings of one image by one participant, only the first stays. */
  public MarkingFilter firstSubmissions() {
    return with(
        "later submissions of the same participant",
        markings -> {
          Set<List<String>> seen = new HashSet<>();
          return markings.stream()
              .filter(each -> seen.add(List.of(each.image(), each.participant())))
              .toList();
        });
  }

  /** Those stay whose participants passed at least this share of catch trials, in [0, 1]. */
  public MarkingFilter catchTrialsAtLeast(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("marking filter: a share in [0, 1], not " + share);
    }
    return with(
        "fewer than " + share + " of catch trials passed, or unknown",
        markings ->
            markings.stream().filter(each -> each.catchTrials().orElse(-1) >= share).toList());
  }

  /** Those stay that were not made on a mobile device. */
  public MarkingFilter notMobile() {
    return with(
        "on a mobile device",
        markings ->
            markings.stream().filter(each -> each.pointer() != Marking.Pointer.MOBILE).toList());
  }

  /** Of points of one marking at the same place, the first stays; no marking is taken away. */
  public MarkingFilter withoutRepeatedPoints() {
    return with(
        "repeated points",
        markings ->
            markings.stream()
                .map(each -> each.withPoints(List.copyOf(new LinkedHashSet<>(each.points()))))
                .toList());
  }

  /** Those stay that have from {@code least} to {@code most} points. */
  public MarkingFilter clicks(int least, int most) {
    requireOrder(least, most);
    return with(
        "fewer than " + least + " points or more than " + most,
        markings ->
            markings.stream()
                .filter(each -> each.points().size() >= least && each.points().size() <= most)
                .toList());
  }

  /**
   * Those stay that have at least {@code least} points, each with its first {@code most} points
   * only.
   */
  public MarkingFilter clicksCutAt(int least, int most) {
    requireOrder(least, most);
    return with(
        "fewer than " + least + " points",
        markings ->
            markings.stream()
                .filter(each -> each.points().size() >= least)
                .map(each -> each.withPoints(first(each.points(), most)))
                .toList());
  }

  /** Those stay whose image has markings by at least so many participants. */
  public MarkingFilter participantsAtLeast(int participants) {
    return with(
        "of images with fewer than " + participants + " participants",
        markings -> {
          Map<String, Set<String>> of =
              markings.stream()
                  .collect(
                      Collectors.groupingBy(
                          Marking::image,
                          Collectors.mapping(Marking::participant, Collectors.toSet())));
          return markings.stream()
              .filter(each -> of.getOrDefault(each.image(), Set.of()).size() >= participants)
              .toList();
        });
  }

  /** Applies the rules. */
  public Result apply(List<Marking> markings) {
    List<Marking> left = markings;
    Map<String, Integer> removed = new LinkedHashMap<>();
    for (Rule rule : rules) {
      List<Marking> kept = rule.step().apply(left);
      removed.merge(rule.name(), left.size() - kept.size(), Integer::sum);
      left = kept;
    }
    return new Result(left, removed);
  }

  /** What is taken away, in the order of rules. */
  @Override
  public String toString() {
    return rules.isEmpty()
        ? "every marking"
        : "without " + rules.stream().map(Rule::name).collect(Collectors.joining(", "));
  }

  private MarkingFilter with(String name, Step step) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(name, step));
    return new MarkingFilter(more);
  }

  private static void requireOrder(int least, int most) {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException(
          "marking filter: from " + least + " to " + most + " points — the first must be smaller");
    }
  }

  private static List<MarkedPoint> first(List<MarkedPoint> points, int count) {
    return points.subList(0, Math.min(count, points.size()));
  }
}
