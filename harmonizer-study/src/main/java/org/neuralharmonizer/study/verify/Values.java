package org.neuralharmonizer.study.verify;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Tensor;

/** Plain Java values out of JSON and tensors. */
final class Values {
  private Values() {}

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new IllegalArgumentException("reference data: " + value + " is not an object");
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw new IllegalArgumentException("reference data: " + value + " is not a list");
  }

  /** A number; null becomes NaN. */
  static double number(@Nullable Object value) {
    if (value == null) {
      return Double.NaN;
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException("reference data: " + value + " is not a number");
  }

  static int integer(@Nullable Object value) {
    return (int) number(value);
  }

  static double[] numbers(@Nullable Object value) {
    return list(value).stream().mapToDouble(Values::number).toArray();
  }

  static int[] integers(@Nullable Object value) {
    return list(value).stream().mapToInt(Values::integer).toArray();
  }

  static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.value(i);
    }
    return values;
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Tensor tensor(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "reference data: there is no tensor \"" + name + "\" in a file that needs it");
    }
    return tensor;
  }

  static double norm(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
