package org.neuralharmonizer.alignment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The Pareto front of models by accuracy and human alignment: those that no other beats in one
 * without losing in the other. Models equal in both are kept together.
 *
 * @param models all models, in the order given
 * @param frontier the models on the front, in rising accuracy and so falling alignment
 */
public record TradeOffFrontier(List<Model> models, List<Model> frontier) {

  public TradeOffFrontier {
    models = List.copyOf(models);
    frontier = List.copyOf(frontier);
  }

  /**
   * One model.
   *
   * @param name its name
   * @param accuracy on any scale on which greater is better; finite
   * @param alignment on any scale on which greater is better; finite
   */
  public record Model(String name, double accuracy, double alignment) {
    public Model {
      if (!Double.isFinite(accuracy) || !Double.isFinite(alignment)) {
        throw new IllegalArgumentException(
            "trade-off: \"%s\" has accuracy %s and alignment %s — both must be finite"
                .formatted(name, accuracy, alignment));
      }
      // Sorting tells −0.0 from 0.0, comparing does not.
      accuracy += 0.0;
      alignment += 0.0;
    }

    /** Whether this model is at least as good as another in both and better in one. */
    public boolean dominates(Model other) {
      return accuracy >= other.accuracy
          && alignment >= other.alignment
          && (accuracy > other.accuracy || alignment > other.alignment);
    }
  }

  /** The front of some models; of none it is empty. */
  public static TradeOffFrontier of(List<Model> models) {
    List<Model> rising =
        models.stream()
            .sorted(
                Comparator.comparingDouble(Model::accuracy).thenComparingDouble(Model::alignment))
            .toList();
    List<Model> front = new ArrayList<>();
    for (int i = rising.size() - 1; i >= 0; i--) {
      Model model = rising.get(i);
      // Later models are no more accurate than the last kept one: only that one can dominate them.
      if (front.isEmpty() || !front.get(0).dominates(model)) {
        front.add(0, model);
      }
    }
    return new TradeOffFrontier(models, front);
  }
}
