package org.neuralharmonizer.nn.zoo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Keras' arrays under this library's names and in its layouts: filters h × w × in × out become out
 * × in × h × w, depthwise ones h × w × in × multiplier one per channel, matrices in × out are
 * transposed.
 */
final class KerasArrays {
  private static final String SLASH = "/";

  private final String network;
  private final UnaryOperator<String> layer;

  private KerasArrays(String network, UnaryOperator<String> layer) {
    this.network = network;
    this.layer = layer;
  }

  /** Names of this network, whose layers Keras calls otherwise. */
  static KerasArrays of(String network, UnaryOperator<String> layer) {
    return new KerasArrays(network, layer);
  }

  /** Names whose layers are called as by Keras, with dots for slashes. */
  static KerasArrays of(String network) {
    return new KerasArrays(network, name -> name.replace('/', '.'));
  }

  /**
   * All arrays, of names {@code layer/variable}.
   *
   * @throws IllegalArgumentException naming the array if its variable or rank is not expected
   */
  Parameters converted(Map<String, Tensor> arrays) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          int slash = name.lastIndexOf(SLASH);
          String variable = name.substring(slash + 1);
          String path = layer.apply(name.substring(0, Math.max(slash, 0)));
          String renamed = renamed(name, variable);
          values.put(
              renamed.isEmpty() ? path : path + "." + renamed, laidOut(name, variable, array));
        });
    return Parameters.of(values);
  }

  private String renamed(String name, String variable) {
    return switch (variable) {
      case "kernel", "depthwise_kernel", "gamma" -> "weight";
      case "bias", "beta" -> "bias";
      case "moving_mean" -> "running_mean";
      case "moving_variance" -> "running_var";
      case "positional_embedding" -> variable;
      case "cls", "pos_embedding", "weight" -> "";
      default ->
          throw new IllegalArgumentException(
              "%s: array \"%s\" is none of its variables — expected layer/kernel, depthwise_kernel, bias, gamma, beta, moving_mean or moving_variance"
                  .formatted(network, name));
    };
  }

  private Tensor laidOut(String name, String variable, Tensor array) {
    if (!variable.endsWith("kernel")) {
      return array;
    }
    int rank = array.shape().rank();
    boolean isDepthwise = variable.equals("depthwise_kernel");
    if (rank != 4 && (rank != 2 || isDepthwise)) {
      throw new IllegalArgumentException(
          "%s: array \"%s\" is %s, expected h × w × in × out%s"
              .formatted(network, name, array.shape(), isDepthwise ? "" : " or in × out"));
    }
    if (isDepthwise) {
      Tensor filters = reordered(array, 2, 3, 0, 1);
      Shape shape = filters.shape();
      int channels = shape.extent(0) * shape.extent(1);
      return filters.reshape(Shape.of(channels, 1, shape.extent(2), shape.extent(3)));
    }
    return rank == 2 ? reordered(array, 1, 0) : reordered(array, 3, 2, 0, 1);
  }

  /** A filter of one pixel as a matrix out × in. */
  static Tensor matrix(Tensor filter) {
    Shape shape = filter.shape();
    return filter.reshape(Shape.of(shape.extent(0), shape.inner().size()));
  }

  /** The array with its axes in another order: axis i of the result is axis order[i]. */
  static Tensor reordered(Tensor array, int... order) {
    int[] extents = new int[order.length];
    int[] steps = new int[order.length];
    for (int axis = 0; axis < order.length; axis++) {
      extents[axis] = array.shape().extent(order[axis]);
      steps[axis] = array.shape().strides()[order[axis]];
    }
    Shape shape = Shape.of(extents);
    int[] strides = shape.strides();
    return Tensor.generate(
        shape,
        i -> {
          int source = 0;
          for (int axis = 0; axis < strides.length; axis++) {
            source += i / strides[axis] % extents[axis] * steps[axis];
          }
          return array.value(source);
        });
  }
}
