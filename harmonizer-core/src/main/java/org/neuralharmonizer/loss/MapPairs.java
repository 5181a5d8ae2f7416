package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** What distances between maps have in common. */
final class MapPairs {
  private MapPairs() {}

  static void check(String loss, Expr saliency, Expr human) {
    Shape maps = saliency.shape();
    if (maps.rank() != 3 || maps.size() == 0 || !maps.equals(human.shape())) {
      throw new ShapeException(
          "%s: saliency is %s, human maps %s — both must be N × H × W; resize the maps"
              .formatted(loss, maps, human.shape()));
    }
  }

  static void check(String loss, Expr saliency, Expr human, Expr mapWeights) {
    check(loss, saliency, human);
    Shape maps = saliency.shape();
    if (!mapWeights.shape().equals(Shape.of(maps.extent(0)))) {
      throw new ShapeException(
          "%s: map weights are %s for saliency %s — one per image is needed"
              .formatted(loss, mapWeights.shape(), maps));
    }
  }

  /** The mean of distances N over images with a map, each by its weight; 0 if there is none. */
  static Expr mean(Expr distances, Expr mapWeights) {
    Expr sum = mapWeights.sum();
    return distances.times(mapWeights).sum().dividedBy(orOne(sum));
  }

  /** The cosine of the angle between rows N × P; 0 where one is all zeros. */
  static Expr cosine(Expr a, Expr b) {
    Expr product = a.times(b).sum(1);
    return product.dividedBy(orOne(norm(a))).dividedBy(orOne(norm(b)));
  }

  /** Maps N × H × W as rows N × H·W. */
  static Expr rows(Expr maps) {
    return maps.reshape(maps.shape().extent(0), maps.shape().inner().size());
  }

  /** A number greater than 0, which no map can be judged without. */
  static double positive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(what + " must be positive, not " + value);
    }
    return value;
  }

  private static Expr norm(Expr rows) {
    return Functions.guardedSqrt(rows.squared().sum(1));
  }

  /** Where not above 0, 1: what can be divided by. */
  static Expr orOne(Expr x) {
    return Functions.select(x.step(), x, Expr.filled(x.shape(), 1));
  }
}
