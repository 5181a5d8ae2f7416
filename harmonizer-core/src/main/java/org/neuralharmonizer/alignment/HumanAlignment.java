package org.neuralharmonizer.alignment;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Scores a model's maps against people's: one score per image, their mean with its bootstrap
 * uncertainty and, given a ceiling, the mean as a share of it. Immutable; unless said otherwise
 * without a ceiling, undefined scores excluded and counted, 1000 resamples of seed 0.
 */
public final class HumanAlignment {
  private final AlignmentMeasure measure;
  private final Optional<InterRaterCeiling> ceiling;
  private final UndefinedPolicy policy;
  private final Bootstrap bootstrap;

  private HumanAlignment(
      AlignmentMeasure measure,
      Optional<InterRaterCeiling> ceiling,
      UndefinedPolicy policy,
      Bootstrap bootstrap) {
    this.measure = measure;
    this.ceiling = ceiling;
    this.policy = policy;
    this.bootstrap = bootstrap;
  }

  /** Alignment by a measure. */
  public static HumanAlignment measuredBy(AlignmentMeasure measure) {
    return new HumanAlignment(
        Objects.requireNonNull(measure, "measure"),
        Optional.empty(),
        UndefinedPolicy.EXCLUDE_AND_COUNT,
        Bootstrap.seeded(0));
  }

  /**
   * Spearman over the published ClickMe ceiling. Where the released code lets one constant map turn
   * the mean into NaN, it is excluded and counted here.
   */
  public static HumanAlignment asReleased() {
    return measuredBy(AlignmentMeasure.spearman())
        .withCeiling(InterRaterCeiling.publishedForClickMe());
  }

  /**
   * The same, normalized by a ceiling.
   *
   * @throws IllegalArgumentException if the ceiling is of another measure
   */
  public HumanAlignment withCeiling(InterRaterCeiling newCeiling) {
    if (!newCeiling.measure().equals(measure.name())) {
      throw new IllegalArgumentException(
          "human alignment: the ceiling is of %s, the measure is %s — use a ceiling of the measure"
              .formatted(newCeiling.measure(), measure.name()));
    }
    return new HumanAlignment(measure, Optional.of(newCeiling), policy, bootstrap);
  }

  /** The same with another policy for undefined scores. */
  public HumanAlignment withPolicy(UndefinedPolicy newPolicy) {
    return new HumanAlignment(
        measure, ceiling, Objects.requireNonNull(newPolicy, "newPolicy"), bootstrap);
  }

  /** The same with another bootstrap. */
  public HumanAlignment withBootstrap(Bootstrap newBootstrap) {
    return new HumanAlignment(
        measure, ceiling, policy, Objects.requireNonNull(newBootstrap, "newBootstrap"));
  }

  /** The alignment of maps with people's, image by image; images are named by their position. */
  public AlignmentResult evaluate(List<ImportanceMap> predicted, List<ImportanceMap> human) {
    return evaluate(
        IntStream.range(0, human.size()).mapToObj(String::valueOf).toList(), predicted, human);
  }

  /**
   * The alignment of maps with people's, image by image.
   *
   * @throws IllegalArgumentException if the lists differ in length, are empty, or a pair in size
   */
  public AlignmentResult evaluate(
      List<String> ids, List<ImportanceMap> predicted, List<ImportanceMap> human) {
    if (predicted.size() != human.size() || ids.size() != human.size() || human.isEmpty()) {
      throw new IllegalArgumentException(
          "human alignment: %d ids, %d predicted and %d human maps — must be equal and at least 1"
              .formatted(ids.size(), predicted.size(), human.size()));
    }
    return summarize(ids, predicted, human, 0);
  }

  /**
   * The alignment of maps with those of a data set, over the images that have a map; the others are
   * counted. The fraction of a map weight does not matter.
   *
   * @param predicted N × H × W, one map per image of the data set
   */
  public AlignmentResult evaluate(Tensor predicted, LabeledImages images) {
    if (predicted.shape().rank() != 3 || predicted.shape().extent(0) != images.size()) {
      throw new IllegalArgumentException(
          "human alignment: predicted maps are %s, need one map per image, [%d, H, W]"
              .formatted(predicted.shape(), images.size()));
    }
    int[] mapped = IntStream.range(0, images.size()).filter(i -> images.mapWeight(i) > 0).toArray();
    if (mapped.length == 0) {
      throw new IllegalArgumentException(
          "human alignment: none of the " + images.size() + " images has a map");
    }
    return summarize(
        Arrays.stream(mapped).mapToObj(images.ids()::get).toList(),
        Arrays.stream(mapped).mapToObj(i -> ImportanceMap.of(predicted.slice(i))).toList(),
        Arrays.stream(mapped).mapToObj(images::map).toList(),
        images.size() - mapped.length);
  }

  private AlignmentResult summarize(
      List<String> ids, List<ImportanceMap> predicted, List<ImportanceMap> human, int unmapped) {
    List<AlignmentResult.ImageScore> images =
        IntStream.range(0, ids.size())
            .mapToObj(
                i ->
                    new AlignmentResult.ImageScore(
                        ids.get(i), measure.score(predicted.get(i), human.get(i))))
            .toList();
    double[] scores =
        images.stream().mapToDouble(image -> image.score().orElse(Double.NaN)).toArray();
    double[] counted = policy.apply(scores, i -> "human alignment of \"" + ids.get(i) + "\"");
    return new AlignmentResult(
        images,
        bootstrap.ofMean(counted),
        UndefinedPolicy.countUndefined(scores),
        unmapped,
        measure.name(),
        ceiling,
        policy);
  }
}
