package org.neuralharmonizer.study.photographs;

import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.CenterBiasControl;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.alignment.ImageReliability;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The human alignment of a network on photographs, with what it has to be compared to.
 *
 * @param network its name
 * @param explanation from which the saliency maps come
 * @param scores of the network
 * @param unmapped photographs without a map, which are not scored
 * @param ceiling the best to be reached, if it is known
 * @param correctedCeiling the split-half ceiling after Spearman and Brown, if it was computed
 * @param centerBias what the mean of the other photographs' maps reaches, if there are others
 * @param preparation of images and maps, in words
 * @param labels where the explained classes come from, in words
 */
public record AlignmentStudy(
    String network,
    ExplanationFunctional explanation,
    NetworkScores scores,
    int unmapped,
    Optional<InterRaterCeiling> ceiling,
    OptionalDouble correctedCeiling,
    Optional<AlignmentResult> centerBias,
    String preparation,
    String labels) {

  /**
   * Scores a network on photographs.
   *
   * @param given a ceiling; without one it is the split-half reliability of the photographs that
   *     have maps of at least two raters, if there are such
   * @param seed of the bootstrap and the splits
   */
  public static AlignmentStudy of(
      Network network,
      Photographs photographs,
      Labels labels,
      ExplanationFunctional explanation,
      Optional<InterRaterCeiling> given,
      long seed,
      Backend backend) {
    LabeledImages images = photographs.labeled(network, labels);
    NetworkScores scores = NetworkScores.of(network, images, explanation, seed, backend);
    Optional<SplitHalfReliability.Result> raters =
        given.isPresent() ? Optional.empty() : reliability(photographs, seed);
    return new AlignmentStudy(
        network.name(),
        explanation,
        scores,
        images.size() - images.mapped(),
        given.or(() -> raters.map(AlignmentStudy::splitHalf)),
        raters
            .map(result -> OptionalDouble.of(result.spearmanBrown()))
            .orElse(OptionalDouble.empty()),
        centerBias(scores.mapped(), seed),
        photographs.preparation(),
        labels.source());
  }

  /** The mean Spearman correlation as a share of the ceiling, if there is one. */
  public OptionalDouble normalized() {
    return ceiling.isPresent()
        ? OptionalDouble.of(ceiling.get().normalize(scores.spearman().mean()))
        : OptionalDouble.empty();
  }

  /** Raters who agree no better than chance leave nothing to normalize by. */
  private static Optional<SplitHalfReliability.Result> reliability(
      Photographs photographs, long seed) {
    List<RaterMaps> several =
        photographs.raterMaps().stream().filter(maps -> maps.raters() > 1).toList();
    return several.isEmpty()
        ? Optional.empty()
        : Optional.of(SplitHalfReliability.seeded(seed).of(several))
            .filter(result -> result.mean() > 0);
  }

  private static InterRaterCeiling splitHalf(SplitHalfReliability.Result result) {
    IntSummaryStatistics raters =
        result.images().stream().mapToInt(ImageReliability::raters).summaryStatistics();
    String counts =
        raters.getMin() == raters.getMax()
            ? String.valueOf(raters.getMin())
            : raters.getMin() + " to " + raters.getMax();
    String source =
        "%d images with maps of %s raters, at the size given; half against half, %s"
            .formatted(raters.getCount(), counts, result.settings());
    return new InterRaterCeiling(
        result.mean(),
        InterRaterCeiling.Estimate.SPLIT_HALF,
        AlignmentMeasure.spearman().name(),
        source);
  }

  private static Optional<AlignmentResult> centerBias(LabeledImages mapped, long seed) {
    if (mapped.size() < 2) {
      return Optional.empty();
    }
    List<ImportanceMap> maps =
        IntStream.range(0, mapped.size()).mapToObj(i -> ofUnitMean(mapped.map(i))).toList();
    HumanAlignment alignment =
        HumanAlignment.measuredBy(AlignmentMeasure.spearman())
            .withBootstrap(Bootstrap.seeded(seed));
    return Optional.of(CenterBiasControl.evaluate(alignment, maps));
  }

  /** Without this, maps from more clicks or fixations would count more in the mean. */
  private static ImportanceMap ofUnitMean(ImportanceMap map) {
    Tensor values = map.values();
    double sum =
        IntStream.range(0, values.size()).mapToDouble(i -> Math.abs(values.value(i))).sum();
    double scale = sum > 0 ? values.size() / sum : 1;
    return ImportanceMap.of(Tensor.generate(values.shape(), i -> scale * values.value(i)));
  }
}
