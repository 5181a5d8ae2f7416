package org.neuralharmonizer.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Whether an explanation depends on what the network has learned. Weights are drawn anew, layer by
 * layer from the logits down; an explanation worth its name must change, one that stays the same
 * shows the image rather than the network.
 *
 * <p>A layer is the trainable parameters under one path. They are drawn by their initializers, as
 * before training; running statistics are left alone.
 *
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim:
 *     Sanity checks for saliency maps</a>
 */
public final class SanityChecks {
  private final List<Parameter> declared;
  private final Parameters trained;
  private final Parameters random;

  /** Which layers are random at once. */
  public enum Randomization {
    /** A layer and all above it. */
    CASCADING,
    /** One layer only, all others as trained. */
    INDEPENDENT
  }

  /**
   * What one step left of the maps.
   *
   * @param layer the path of the layer that became random
   * @param similarity to the trained network's maps
   */
  public record Step(String layer, double similarity) {}

  private SanityChecks(List<Parameter> declared, Parameters trained, Parameters random) {
    this.declared = declared;
    this.trained = trained;
    this.random = random;
  }

  /**
   * Checks of a trained network.
   *
   * @param declared the network's parameters, as {@code classifier.parameters()}
   * @param seed of the random weights
   * @throws IllegalArgumentException if values do not fit the declarations
   */
  public static SanityChecks of(List<Parameter> declared, Parameters trained, long seed) {
    return new SanityChecks(
        List.copyOf(declared), trained.fitting(declared), Parameters.initialize(declared, seed));
  }

  /**
   * The similarity after each step, layers from the logits down.
   *
   * @param maps the maps N × H × W of the same images and labels by a network with given values
   */
  public List<Step> run(Randomization randomization, Function<Parameters, Tensor> maps) {
    Tensor before = maps.apply(trained);
    List<Step> steps = new ArrayList<>();
    Parameters current = trained;
    for (Map.Entry<String, List<String>> layer : layers()) {
      Parameters changed = randomization == Randomization.CASCADING ? current : trained;
      for (String path : layer.getValue()) {
        changed = changed.with(path, random.value(path));
      }
      current = changed;
      steps.add(new Step(layer.getKey(), similarity(before, maps.apply(changed))));
    }
    return steps;
  }

  /**
   * The mean over images of Spearman's rank correlation of two maps N × H × W, ties in the middle.
   * Equal maps count 1, even if constant; a constant map beside another one counts 0.
   */
  public static double similarity(Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape()) || a.shape().rank() != 3 || a.size() == 0) {
      throw new ShapeException(
          "sanity checks: maps are %s and %s — both must be N × H × W, at least one"
              .formatted(a.shape(), b.shape()));
    }
    int n = a.shape().extent(0);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += ofImage(a.slice(i), b.slice(i));
    }
    return sum / n;
  }

  private static double ofImage(Tensor a, Tensor b) {
    if (a.equals(b)) {
      return 1;
    }
    if (isConstant(a) || isConstant(b)) {
      return 0;
    }
    return new SpearmansCorrelation().correlation(doubles(a), doubles(b));
  }

  private static boolean isConstant(Tensor map) {
    return Arrays.stream(doubles(map)).distinct().limit(2).count() == 1;
  }

  private static double[] doubles(Tensor map) {
    double[] values = new double[map.size()];
    Arrays.setAll(values, map::value);
    return values;
  }

  private List<Map.Entry<String, List<String>>> layers() {
    Map<String, List<String>> layers = new LinkedHashMap<>();
    for (Parameter each : declared) {
      if (each.trainable()) {
        String path = each.path();
        String layer = path.substring(0, Math.max(path.lastIndexOf('.'), 0));
        layers.computeIfAbsent(layer, key -> new ArrayList<>()).add(path);
      }
    }
    List<Map.Entry<String, List<String>>> fromLogits = new ArrayList<>(layers.entrySet());
    Collections.reverse(fromLogits);
    return fromLogits;
  }
}
