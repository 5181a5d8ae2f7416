package org.neuralharmonizer.alignment;

import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Floors: what predictions reach that know nothing of the image they are scored on. Together with
 * {@link CenterBiasControl} they say what of an alignment is chance, what is common to all images,
 * and what is left. The same seed gives the same controls.
 */
public final class Controls {
  private Controls() {}

  /**
   * The human map of another image for every image, drawn so that each is used once and none for
   * its own image: a random cycle. A person who looked elsewhere.
   *
   * @throws IllegalArgumentException if there are fewer than 2 maps
   */
  public static List<ImportanceMap> otherImages(List<ImportanceMap> human, long seed) {
    if (human.size() < 2) {
      throw new IllegalArgumentException(
          "other image's map: " + human.size() + " maps — needs at least 2, to have another");
    }
    int[] cycle = SeededRandom.of(seed).permutation(human.size());
    int[] next = new int[cycle.length];
    for (int i = 0; i < cycle.length; i++) {
      next[cycle[i]] = cycle[(i + 1) % cycle.length];
    }
    return IntStream.range(0, human.size()).mapToObj(i -> human.get(next[i])).toList();
  }

  /**
   * Every map with its pixels in random order: the same values at no place in particular. The
   * expected correlation with anything is 0.
   */
  public static List<ImportanceMap> shuffledPixels(List<ImportanceMap> maps, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return IntStream.range(0, maps.size())
        .mapToObj(i -> shuffled(maps.get(i), random.stream(i)))
        .toList();
  }

  private static ImportanceMap shuffled(ImportanceMap map, SeededRandom random) {
    Tensor values = map.values();
    int[] order = random.permutation(values.size());
    return ImportanceMap.of(
        Tensor.generate(Shape.of(map.height(), map.width()), i -> values.value(order[i])));
  }
}
