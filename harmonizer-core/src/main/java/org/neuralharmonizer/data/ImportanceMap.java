package org.neuralharmonizer.data;

import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The importance of every pixel of one image, from people or from a model, of any sign and scale.
 * Every value is finite: a map with NaN or infinity is refused where it enters. Immutable.
 */
public final class ImportanceMap {
  private final Tensor values;

  private ImportanceMap(Tensor values) {
    this.values = values;
  }

  /**
   * A map of H × W values.
   *
   * @throws ShapeException if the tensor is not H × W with at least one pixel
   * @throws IllegalArgumentException if a value is not finite; the message names its position
   */
  public static ImportanceMap of(Tensor values) {
    return named("importance map", values);
  }

  /** A map of values in row-major order, which are copied. */
  public static ImportanceMap of(int height, int width, float... values) {
    return of(Tensor.of(Shape.of(height, width), values));
  }

  /**
   * The maps of N × H × W values, in order.
   *
   * @throws IllegalArgumentException if a value is not finite; the message names map and position
   */
  public static List<ImportanceMap> split(Tensor maps) {
    if (maps.shape().rank() != 3) {
      throw new ShapeException(
          "importance maps: need N × H × W, got " + maps.shape() + " — reduce or drop other axes");
    }
    return IntStream.range(0, maps.shape().extent(0))
        .mapToObj(i -> named("importance map " + i, maps.slice(i)))
        .toList();
  }

  private static ImportanceMap named(String name, Tensor values) {
    if (values.shape().rank() != 2 || values.size() == 0) {
      throw new ShapeException(
          name + ": needs H × W with at least one pixel, got " + values.shape());
    }
    Pixels.requireFinite(name, values);
    return new ImportanceMap(values);
  }

  public int height() {
    return values.shape().extent(0);
  }

  public int width() {
    return values.shape().extent(1);
  }

  /** The values, H × W. */
  public Tensor values() {
    return values;
  }

  /** Whether all values are equal, so that nothing can be correlated with this map. */
  public boolean isConstant() {
    float first = values.value(0);
    return IntStream.range(1, values.size()).allMatch(i -> values.value(i) == first);
  }

  /** This map after a step of preparation. */
  public ImportanceMap prepared(MapPreparation preparation) {
    return named("importance map after " + preparation.description(), preparation.apply(values));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImportanceMap map && values.equals(map.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "importance map " + values;
  }
}
