package org.neuralharmonizer.bench;

import java.util.List;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Statistics of maps of 224 × 224. */
public final class AlignmentWork {
  private static final int SIDE = 224;
  private static final double SIGNAL = 0.5;
  private static final double NOISE = 2;
  private static final double LEVELS = 20;

  /** Whether values come more than once. */
  public enum Ties {
    /** Every pixel has a value of its own. */
    NONE,
    /** One map has multiples of 1/20 and many zeros, as maps of clicks do. */
    MANY
  }

  private AlignmentWork() {}

  /** Spearman's correlation of one pair. */
  static Work spearman(Ties ties) {
    Shape shape = Shape.of(SIDE, SIDE);
    Tensor first = Samples.normal(shape, 0);
    Tensor noise = Samples.normal(shape, 1);
    Tensor second =
        Tensor.generate(shape, i -> rounded(SIGNAL * first.value(i) + noise.value(i), ties));
    ImportanceMap predicted = ImportanceMap.of(first);
    ImportanceMap human = ImportanceMap.of(second);
    AlignmentMeasure spearman = AlignmentMeasure.spearman();
    return () -> spearman.score(predicted, human);
  }

  /** Split-half reliability of one image. */
  static Work splitHalf(int raters, int splits, int threads) {
    Tensor common = Samples.normal(Shape.of(SIDE, SIDE), 0);
    Tensor noise = Samples.normal(Shape.of(raters, SIDE, SIDE), 1);
    Tensor maps =
        Tensor.generate(
            noise.shape(),
            i -> Math.max(0, common.value(i % common.size()) + NOISE * noise.value(i)));
    List<RaterMaps> image = List.of(RaterMaps.of("image", maps));
    SplitHalfReliability reliability = SplitHalfReliability.seeded(0, splits).withThreads(threads);
    return () -> reliability.of(image);
  }

  private static double rounded(double value, Ties ties) {
    return ties == Ties.NONE ? value : Math.max(0, Math.rint(value * LEVELS) / LEVELS);
  }
}
