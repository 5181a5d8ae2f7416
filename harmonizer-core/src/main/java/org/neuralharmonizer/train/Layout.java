package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Tensors laid end to end in one array, in which they travel. */
final class Layout {
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private int length;

  void add(String name, Shape shape) {
    shapes.put(name, shape);
    length = Math.addExact(length, shape.size());
  }

  int count() {
    return shapes.size();
  }

  int length() {
    return length;
  }

  /** Each as an input of its name. */
  List<Expr> inputs() {
    List<Expr> inputs = new ArrayList<>();
    shapes.forEach((name, shape) -> inputs.add(Expr.input(name, shape)));
    return inputs;
  }

  float[] join(Map<String, Tensor> tensors) {
    return join(shapes.keySet().stream().map(tensors::get).toList());
  }

  float[] join(List<Tensor> tensors) {
    float[] joined = new float[length];
    addTo(joined, tensors);
    return joined;
  }

  /** Adds each tensor to its stretch. */
  void addTo(float[] sums, List<Tensor> tensors) {
    int at = 0;
    for (Tensor tensor : tensors) {
      for (int i = 0; i < tensor.size(); i++) {
        sums[at++] += tensor.value(i);
      }
    }
    assert at == length;
  }

  List<Tensor> split(float[] joined) {
    if (joined.length != length) {
      throw new IllegalArgumentException(
          "training: %d values came where %d belong — let all machines have the same version and settings"
              .formatted(joined.length, length));
    }
    List<Tensor> tensors = new ArrayList<>();
    int at = 0;
    for (Shape shape : shapes.values()) {
      float[] part = new float[shape.size()];
      System.arraycopy(joined, at, part, 0, part.length);
      tensors.add(Tensor.adopt(shape, part));
      at += part.length;
    }
    return tensors;
  }

  Map<String, Tensor> named(float[] joined) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    List<Tensor> tensors = split(joined);
    for (String name : shapes.keySet()) {
      named.put(name, tensors.get(named.size()));
    }
    return named;
  }
}
