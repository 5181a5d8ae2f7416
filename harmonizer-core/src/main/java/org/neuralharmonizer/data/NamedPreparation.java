package org.neuralharmonizer.data;

import java.util.function.UnaryOperator;
import org.neuralharmonizer.tensor.Tensor;

record NamedPreparation(String description, UnaryOperator<Tensor> step) implements MapPreparation {
  static final MapPreparation NONE = new NamedPreparation("as given", UnaryOperator.identity());

  @Override
  public Tensor apply(Tensor maps) {
    return step.apply(maps);
  }

  @Override
  public MapPreparation then(MapPreparation next) {
    return this == NONE ? next : MapPreparation.super.then(next);
  }

  @Override
  public String toString() {
    return description;
  }
}
