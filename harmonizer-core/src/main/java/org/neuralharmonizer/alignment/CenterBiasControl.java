package org.neuralharmonizer.alignment;

import java.util.List;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.Tensor;

/**
 * What a predictor reaches that never looks at the image: the mean of all other images' human maps,
 * which mostly says that people attend to the centre. A model worth the name is above it.
 */
public final class CenterBiasControl {
  private CenterBiasControl() {}

  /**
   * For every image the mean of the other images' maps, as they are: bring maps of different scales
   * to one scale first.
   *
   * @throws IllegalArgumentException if there are fewer than 2 maps or they differ in size
   */
  public static List<ImportanceMap> predictions(List<ImportanceMap> human) {
    if (human.size() < 2) {
      throw new IllegalArgumentException(
          "center bias: " + human.size() + " maps — needs at least 2, to have others to average");
    }
    double[] total = new double[human.get(0).values().size()];
    for (ImportanceMap map : human) {
      MapPair.requireSameSize("center bias", map, human.get(0));
      for (int i = 0; i < total.length; i++) {
        total[i] += map.values().value(i);
      }
    }
    return human.stream().map(map -> meanOfOthers(map, total, human.size() - 1)).toList();
  }

  /** The alignment of that predictor. */
  public static AlignmentResult evaluate(HumanAlignment alignment, List<ImportanceMap> human) {
    return alignment.evaluate(predictions(human), human);
  }

  private static ImportanceMap meanOfOthers(ImportanceMap own, double[] total, int others) {
    // Double keeps what is left of the own map after subtraction far below the float it rounds to.
    return ImportanceMap.of(
        Tensor.generate(own.values().shape(), i -> (total[i] - own.values().value(i)) / others));
  }
}
