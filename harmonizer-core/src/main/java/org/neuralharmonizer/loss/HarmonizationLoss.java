package org.neuralharmonizer.loss;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * How far the saliency is from people's maps at several resolutions, positive evidence only.
 *
 * <p>The paper and the released code differ in order, scaling and reduction; each is a named
 * factory, and every choice can be replaced. Constant maps give 0 with gradient 0, never NaN; a
 * batch without any human map gives 0.
 *
 * @see <a href="https://arxiv.org/abs/2211.04533">Fel, Felipe, Linsley, Serre: Harmonizing the
 *     object recognition strategies of deep neural networks with humans, equation 1</a>
 */
public final class HarmonizationLoss implements MapLoss {
  private static final String NAME = "harmonization loss";
  private static final int LEVELS = 5;
  private static final int EARLIER_LEVELS = 6;

  /** What is standardized. */
  private enum Order {
    /** Each level of the pyramid by itself. */
    PYRAMID_FIRST,
    /** The map, once, before the pyramid. */
    STANDARDIZATION_FIRST
  }

  /** The distance between two maps at one level. */
  public enum Norm {
    /** √Σ difference², which grows with the number of pixels; its derivative at 0 is taken as 0. */
    EUCLIDEAN,
    /** Σ difference². */
    SQUARED,
    /** The mean over pixels of difference². */
    MEAN_SQUARE
  }

  /** What the sum over images, each times its map weight, is divided by. */
  public enum Normalization {
    /**
     * The number of images, so that the loss shrinks with the share of images that have a map, as
     * released.
     */
    OVER_BATCH,
    /** The sum of map weights: a weighted mean over the mapped images. */
    OVER_MAPPED
  }

  /** What to do about levels of one pixel, which standardize to 0. */
  public enum SinglePixels {
    REFUSED,
    /** Levels that add nothing are accepted, as needed to reproduce published numbers. */
    ALLOWED
  }

  /** How levels become one number. */
  private enum Combination {
    SUM,
    MEAN
  }

  private record Settings(
      Order order,
      Pyramid pyramid,
      int levels,
      Standardization standardization,
      @Nullable PeakMatch peaks,
      Norm norm,
      Combination combination,
      Normalization normalization,
      SinglePixels singlePixels) {}

  private final Settings settings;

  private HarmonizationLoss(Settings settings) {
    this.settings = settings;
  }

  /**
   * Equation 1: Σ over levels of ‖z⁺(Pᵢ(saliency)) − z⁺(Pᵢ(human))‖₂, pyramid first, averaged over
   * the images that have a map. The paper leaves the number of levels open; here it is 5. Zero
   * padding leaves coarser levels of a constant map brighter inside than at the border, and
   * standardization brings this out, unless the map is 0.
   */
  public static HarmonizationLoss asInPaper() {
    return new HarmonizationLoss(
        new Settings(
            Order.PYRAMID_FIRST,
            GaussianPyramid.of(),
            LEVELS,
            Standardization.asReleased(),
            null,
            Norm.EUCLIDEAN,
            Combination.SUM,
            Normalization.OVER_MAPPED,
            SinglePixels.REFUSED));
  }

  /**
   * What the released code computes: z⁺ of both maps, human peaks matched to the saliency's, then
   * the pyramid; the mean over 5 levels of the mean over images and pixels of squared differences.
   *
   * @see <a href="https://github.com/serre-lab/Harmonization">harmonization/training/loss.py</a>
   */
  public static HarmonizationLoss asInReleasedCode() {
    return released(LEVELS, new PeakMatch(1e-6, 1e-6));
  }

  /**
   * What the code before the release computed, most likely the paper's: as released, but over 6
   * levels and with 1e-4 added to the human peak, nothing to the saliency's.
   */
  public static HarmonizationLoss asInEarlierCode() {
    return released(EARLIER_LEVELS, new PeakMatch(1e-4, 0));
  }

  private static HarmonizationLoss released(int levels, PeakMatch peaks) {
    return new HarmonizationLoss(
        new Settings(
            Order.STANDARDIZATION_FIRST,
            GaussianPyramid.of(),
            levels,
            Standardization.asReleased(),
            peaks,
            Norm.MEAN_SQUARE,
            Combination.MEAN,
            Normalization.OVER_BATCH,
            SinglePixels.ALLOWED));
  }

  /** Levels 1 … count, level 1 being the full resolution. */
  public HarmonizationLoss withLevels(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "harmonization loss: needs at least 1 level, not " + count);
    }
    return changed(
        settings.pyramid, count, settings.standardization, settings.norm, settings.normalization);
  }

  public HarmonizationLoss withPyramid(Pyramid pyramid) {
    return changed(
        pyramid, settings.levels, settings.standardization, settings.norm, settings.normalization);
  }

  public HarmonizationLoss withStandardization(Standardization standardization) {
    return changed(
        settings.pyramid, settings.levels, standardization, settings.norm, settings.normalization);
  }

  public HarmonizationLoss withNorm(Norm norm) {
    return changed(
        settings.pyramid, settings.levels, settings.standardization, norm, settings.normalization);
  }

  public HarmonizationLoss withNormalization(Normalization normalization) {
    return changed(
        settings.pyramid, settings.levels, settings.standardization, settings.norm, normalization);
  }

  /**
   * Whether levels of a single pixel are refused, as they are at first in the paper's form only.
   */
  public HarmonizationLoss withSinglePixels(SinglePixels singlePixels) {
    return new HarmonizationLoss(
        new Settings(
            settings.order,
            settings.pyramid,
            settings.levels,
            settings.standardization,
            settings.peaks,
            settings.norm,
            settings.combination,
            settings.normalization,
            singlePixels));
  }

  /**
   * The sum (paper) or mean (released code) of the levels.
   *
   * @throws ShapeException if the maps differ in shape, or if a level would be a single pixel and
   *     that is refused
   */
  @Override
  public Expr loss(Expr saliency, Expr human, Expr mapWeights) {
    Expr sum = levels(saliency, human, mapWeights).stream().reduce(Expr::plus).orElseThrow();
    return settings.combination == Combination.SUM ? sum : sum.times(1.0 / settings.levels);
  }

  @Override
  public Normalization normalization() {
    return settings.normalization;
  }

  /** The loss at each level, over the batch, before levels are combined. */
  @Override
  public List<Expr> levels(Expr saliency, Expr human, Expr mapWeights) {
    MapPairs.check(NAME, saliency, human, mapWeights);
    Expr divisor =
        settings.normalization == Normalization.OVER_BATCH
            ? Expr.literal(mapWeights.shape().size())
            : MapPairs.orOne(mapWeights.sum());
    return distances(saliency, human).stream()
        .map(distance -> distance.times(mapWeights).sum().dividedBy(divisor))
        .toList();
  }

  /** The distance of each image at each level, N each, before map weights. */
  public List<Expr> distances(Expr saliency, Expr human) {
    MapPairs.check(NAME, saliency, human);
    List<Expr> model;
    List<Expr> people;
    if (settings.order == Order.PYRAMID_FIRST) {
      model = standardized(settings.pyramid.levels(saliency, settings.levels));
      people = standardized(settings.pyramid.levels(human, settings.levels));
    } else {
      Expr positive = settings.standardization.positivePart(saliency);
      Expr target = settings.standardization.positivePart(human);
      if (settings.peaks != null) {
        target = settings.peaks.apply(positive, target);
      }
      model = settings.pyramid.levels(positive, settings.levels);
      people = settings.pyramid.levels(target, settings.levels);
    }
    List<Expr> distances = new ArrayList<>();
    for (int i = 0; i < settings.levels; i++) {
      distances.add(distance(model.get(i).minus(people.get(i))));
    }
    return distances;
  }

  private List<Expr> standardized(List<Expr> levels) {
    if (settings.singlePixels == SinglePixels.REFUSED) {
      for (int i = 0; i < levels.size(); i++) {
        if (levels.get(i).shape().inner().size() == 1) {
          throw singlePixel(i, levels.get(0).shape());
        }
      }
    }
    return levels.stream().map(settings.standardization::positivePart).toList();
  }

  private Expr distance(Expr difference) {
    return switch (settings.norm) {
      case EUCLIDEAN -> Functions.guardedSqrt(difference.squared().sum(1, 2));
      case SQUARED -> difference.squared().sum(1, 2);
      case MEAN_SQUARE -> difference.squared().mean(1, 2);
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HarmonizationLoss loss && settings.equals(loss.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  /** The choices that it is made of. */
  @Override
  public String toString() {
    return settings.toString();
  }

  private static ShapeException singlePixel(int usable, Shape maps) {
    String remedy =
        usable == 0
            ? "use larger maps"
            : "use at most %d levels for %d × %d maps"
                .formatted(usable, maps.extent(1), maps.extent(2));
    return new ShapeException(
        "harmonization loss: level %d of the pyramid is 1 × 1 pixels, its z-score is always 0 — %s"
            .formatted(usable + 1, remedy));
  }

  private HarmonizationLoss changed(
      Pyramid pyramid,
      int levels,
      Standardization standardization,
      Norm norm,
      Normalization normalization) {
    return new HarmonizationLoss(
        new Settings(
            settings.order,
            pyramid,
            levels,
            standardization,
            settings.peaks,
            norm,
            settings.combination,
            normalization,
            settings.singlePixels));
  }
}
