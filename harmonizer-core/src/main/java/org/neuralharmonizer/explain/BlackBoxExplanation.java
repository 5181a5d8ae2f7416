package org.neuralharmonizer.explain;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.tensor.Tensor;

/**
 * g(f, x, y) by perturbation: importance maps from answers to changed images alone. It cannot be
 * differentiated, so it has no place in a loss; every network can be explained by it. The same seed
 * gives the same perturbations for every image.
 */
@FunctionalInterface
public interface BlackBoxExplanation {

  /** The map H × W of one image; {@link Perturbations} answers for it. */
  Tensor explain(Perturbations image);

  /**
   * The maps N × H × W.
   *
   * @param score what is explained of the answers
   * @param baseline what replaces removed pixels
   * @param images N × C × H × W
   * @param labels N × K, one-hot or soft: the weights of the classes in the score explained
   */
  default Tensor explain(
      BlackBox network, ClassScore score, Baseline baseline, Tensor images, Tensor labels) {
    List<Tensor> maps = new ArrayList<>();
    for (Perturbations each : Perturbations.of(network, score, baseline, images, labels)) {
      maps.add(explain(each));
    }
    return Tensor.stack(maps);
  }
}
