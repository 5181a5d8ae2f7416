package org.neuralharmonizer.alignment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * The newer form of ceiling and floor: every half of a random split is filled up with draws from
 * itself to the number of all raters before it is averaged. Half A is as many draws with
 * replacement as there are raters, half B its raters and draws among them. The floor scores half A
 * of an image against half B of another image drawn at random. Values are Spearman's, undefined
 * ones are left out and counted.
 *
 * <p>Filling up adds no information: the ceiling is that of half the raters, lowered by the noise
 * of the draws.
 *
 * @see <a href="https://github.com/serre-lab/human_clickme_data_processing">the ClickMe processing
 *     code</a>
 */
public final class BootstrapReliability {
  private static final int DEFAULT_ITERATIONS = 50;

  private final long seed;
  private final int iterations;

  private BootstrapReliability(long seed, int iterations) {
    this.seed = seed;
    this.iterations = iterations;
  }

  /**
   * The result of a study.
   *
   * @param ceilings per image, in the order given, one score per iteration
   * @param ceiling the mean over images; NaN if none is defined
   * @param floor the mean over images against other images; NaN for a single image
   * @param undefined undefined scores, of ceilings and floors
   * @param settings iterations and seed, in words
   */
  public record Result(
      List<ImageReliability> ceilings,
      double ceiling,
      double floor,
      int undefined,
      String settings) {}

  /** 50 iterations by a seed. */
  public static BootstrapReliability seeded(long seed) {
    return new BootstrapReliability(seed, DEFAULT_ITERATIONS);
  }

  /** The same with another number of iterations, at least 1. */
  public BootstrapReliability withIterations(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "bootstrap reliability: " + count + " iterations — need at least 1");
    }
    return new BootstrapReliability(seed, count);
  }

  /**
   * Ceiling and floor of the raters of some images of one size.
   *
   * @throws IllegalArgumentException if there is no image, or one has fewer than 2 raters
   */
  public Result of(List<RaterMaps> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("bootstrap reliability: no images — give at least one");
    }
    List<ImageReliability> ceilings = new ArrayList<>();
    List<ImageReliability> floors = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      ceilings.add(reliability(images, i, Against.OWN_IMAGE));
      if (images.size() > 1) {
        floors.add(reliability(images, i, Against.ANOTHER_IMAGE));
      }
    }
    return new Result(
        List.copyOf(ceilings),
        mean(ceilings),
        mean(floors),
        undefined(ceilings) + undefined(floors),
        iterations + " iterations, seed " + seed);
  }

  /**
   * Some of the ceiling's scores that {@link #of} has of an image alone, for work that is divided
   * among machines; {@link ImageReliability#of} puts them together.
   *
   * @param from the first iteration, from 0
   * @param to the iteration after the last
   * @return Spearman's correlation by iteration, NaN where it is undefined
   * @throws IllegalArgumentException if the image has fewer than 2 raters, or there are no such
   *     iterations
   */
  public double[] ceilingScores(RaterMaps image, int from, int to) {
    if (from < 0 || to < from || to > iterations) {
      throw new IllegalArgumentException(
          "bootstrap reliability: iterations %d to %d of %d — give iterations that there are"
              .formatted(from, to, iterations));
    }
    return scores(List.of(image), 0, Against.OWN_IMAGE, from, to);
  }

  private ImageReliability reliability(List<RaterMaps> images, int image, Against against) {
    RaterMaps own = images.get(image);
    double[] scores = scores(images, image, against, 0, iterations);
    return new ImageReliability(
        own.id(), own.raters(), scores, UndefinedPolicy.EXCLUDE_AND_COUNT, "iteration");
  }

  private double[] scores(List<RaterMaps> images, int image, Against against, int from, int to) {
    SeededRandom random = SeededRandom.of(seed).stream(image, against == Against.OWN_IMAGE ? 0 : 1);
    RaterMaps own = images.get(image);
    double[] scores = new double[to - from];
    for (int iteration = from; iteration < to; iteration++) {
      SeededRandom stream = random.stream(iteration);
      int[] order = order(own, stream);
      ImportanceMap halfA = own.mean(drawn(order, own.raters() / 2, stream));
      RaterMaps other = own;
      if (against == Against.ANOTHER_IMAGE) {
        other = images.get(another(image, images.size(), stream));
        order = order(other, stream);
      }
      ImportanceMap halfB = other.mean(filledUp(order, other.raters() / 2, stream));
      scores[iteration - from] =
          SpearmanCorrelation.INSTANCE.score(halfA, halfB).orElse(Double.NaN);
    }
    return scores;
  }

  private enum Against {
    OWN_IMAGE,
    ANOTHER_IMAGE
  }

  private static int[] order(RaterMaps image, SeededRandom random) {
    if (image.raters() < 2) {
      throw new IllegalArgumentException(
          "bootstrap reliability \"%s\": needs at least 2 raters, has %d — leave the image out"
              .formatted(image.id(), image.raters()));
    }
    return random.permutation(image.raters());
  }

  /** As many draws from the places before the middle as there are raters. */
  private static int[] drawn(int[] order, int middle, SeededRandom random) {
    int[] drawn = new int[order.length];
    Arrays.setAll(drawn, i -> order[random.nextInt(middle)]);
    return drawn;
  }

  /** The places from the middle on, and draws among them. */
  private static int[] filledUp(int[] order, int middle, SeededRandom random) {
    int own = order.length - middle;
    int[] filled = new int[order.length];
    Arrays.setAll(filled, i -> order[middle + (i < own ? i : random.nextInt(own))]);
    return filled;
  }

  private static int another(int image, int images, SeededRandom random) {
    int drawn = random.nextInt(images - 1);
    return drawn < image ? drawn : drawn + 1;
  }

  private static double mean(List<ImageReliability> images) {
    return UndefinedPolicy.EXCLUDE_AND_COUNT.mean(
        images.stream().mapToDouble(ImageReliability::meanOrNaN).toArray(), String::valueOf);
  }

  private static int undefined(List<ImageReliability> images) {
    return images.stream().mapToInt(ImageReliability::undefined).sum();
  }
}
