package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.Controls;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.photographs.StudyImages;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Floors and ceilings of the photographs, whatever the networks: what the mean of the other images'
 * maps, the map of one other image and a shuffled map reach, and how well people agree.
 *
 * @param floors like networks, of maps at {@link #SIZE} × {@link #SIZE}
 * @param ceilings of the images with maps of at least two raters
 */
public record StudyControls(List<NetworkResult> floors, List<Ceiling> ceilings) {
  static final int SIZE = 224;
  static final Framing WHOLE = Framing.whole(SIZE);
  static final String CENTER_BIAS = "center bias (mean of the other images' maps)";

  /**
   * How well the raters of one image agree, NaN where undefined.
   *
   * @param id the image
   * @param raters how many
   * @param splitHalf half of them against the other half
   * @param spearmanBrown that corrected to all raters
   * @param leaveOneOut one against the others
   * @param filledHalves the newer form, halves filled up by draws
   */
  public record Ceiling(
      String id,
      int raters,
      double splitHalf,
      double spearmanBrown,
      double leaveOneOut,
      double filledHalves) {}

  public StudyControls {
    floors = List.copyOf(floors);
    ceilings = List.copyOf(ceilings);
  }

  static StudyControls of(StudyImages photographs, List<Ceiling> ceilings, long seed)
      throws IOException {
    List<Integer> mapped = new ArrayList<>();
    double[] total = new double[SIZE * SIZE];
    for (int i = 0; i < photographs.size(); i++) {
      Photographs photograph = photographs.read(i, WHOLE);
      if (photograph.hasMap(0)) {
        mapped.add(i);
        Tensor map = ofUnitMean(photograph).values();
        for (int pixel = 0; pixel < total.length; pixel++) {
          total[pixel] += map.value(pixel);
        }
      }
    }
    return new StudyControls(
        mapped.size() < 2 ? List.of() : floors(photographs, mapped, total, seed), ceilings);
  }

  /** The pooled ceiling: the mean over images of a form; NaN if there are none. */
  public double pooled(ToDoubleFunction<Ceiling> form) {
    return ceilings.stream()
        .mapToDouble(form)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  private static List<NetworkResult> floors(
      StudyImages photographs, List<Integer> mapped, double[] total, long seed) throws IOException {
    int n = mapped.size();
    int[] cycle = SeededRandom.of(seed).permutation(n);
    int[] next = new int[n];
    IntStream.range(0, n).forEach(i -> next[cycle[i]] = cycle[(i + 1) % n]);
    List<ImageScores> center = new ArrayList<>();
    List<ImageScores> other = new ArrayList<>();
    List<ImageScores> shuffled = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      String id = photographs.ids().get(mapped.get(i));
      ImportanceMap own = ofUnitMean(photographs.read(mapped.get(i), WHOLE));
      Tensor rest =
          Tensor.generate(
              Shape.of(SIZE, SIZE), pixel -> (total[pixel] - own.values().value(pixel)) / (n - 1));
      center.add(scored(id, ImportanceMap.of(rest), own));
      other.add(scored(id, ofUnitMean(photographs.read(mapped.get(next[i]), WHOLE)), own));
      shuffled.add(scored(id, Controls.shuffledPixels(List.of(own), seed + i).get(0), own));
    }
    return List.of(
        floor(CENTER_BIAS, center),
        floor("map of one other image", other),
        floor("human map with shuffled pixels", shuffled));
  }

  private static NetworkResult floor(String name, List<ImageScores> images) {
    return new NetworkResult(name, Optional.empty(), OptionalDouble.empty(), images);
  }

  private static ImageScores scored(String id, ImportanceMap predicted, ImportanceMap human) {
    return new ImageScores(id, -1, -1, ImageScores.of(predicted, human));
  }

  /** Without this, maps from more clicks or fixations would count more in the mean. */
  private static ImportanceMap ofUnitMean(Photographs photograph) {
    Tensor values = photograph.maps().slice(0);
    double sum =
        IntStream.range(0, values.size()).mapToDouble(i -> Math.abs(values.value(i))).sum();
    double scale = sum > 0 ? values.size() / sum : 1;
    return ImportanceMap.of(Tensor.generate(values.shape(), i -> scale * values.value(i)));
  }
}
