package org.neuralharmonizer.nn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The values of a network: an ordered tree of tensors, by path. Immutable and safe to share between
 * threads; a tensor is never copied.
 */
public final class Parameters {
  private static final Parameters EMPTY = new Parameters(new LinkedHashMap<>());

  private final Map<String, Tensor> values;

  private Parameters(Map<String, Tensor> values) {
    this.values = values;
  }

  /** No parameters. */
  public static Parameters empty() {
    return EMPTY;
  }

  /** The given values, in the map's order. */
  public static Parameters of(Map<String, Tensor> values) {
    return new Parameters(new LinkedHashMap<>(values));
  }

  /**
   * First values of declared parameters. Each depends on the seed and its path, not on the others.
   */
  public static Parameters initialize(Collection<Parameter> declared, long seed) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    SeededRandom random = SeededRandom.of(seed);
    for (Parameter each : declared) {
      SeededRandom own = random.stream(Paths.key(each.path()));
      values.put(each.path(), each.initializer().initialize(each.shape(), own));
    }
    return new Parameters(values);
  }

  /**
   * The value at a path.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor value(String path) {
    Tensor value = values.get(path);
    if (value == null) {
      throw new IllegalArgumentException(
          "parameters: there is no \"" + path + "\" — there are " + values.keySet());
    }
    return value;
  }

  /** These values with one added or replaced. */
  public Parameters with(String path, Tensor value) {
    Map<String, Tensor> changed = new LinkedHashMap<>(values);
    changed.put(path, value);
    return new Parameters(changed);
  }

  /** The paths in order. */
  public Set<String> paths() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** The values by path, in order. */
  public Map<String, Tensor> asMap() {
    return Collections.unmodifiableMap(values);
  }

  /** How many numbers all tensors hold together. */
  public long count() {
    return values.values().stream().mapToLong(Tensor::size).sum();
  }

  /**
   * These values in the order of a network's declarations.
   *
   * @throws IllegalArgumentException listing everything that is missing, left over or of another
   *     shape
   */
  public Parameters fitting(Collection<Parameter> declared) {
    List<String> problems = new ArrayList<>();
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    for (Parameter each : declared) {
      Tensor value = values.get(each.path());
      if (value == null) {
        problems.add("missing \"" + each.path() + "\" " + each.shape());
      } else if (!value.shape().equals(each.shape())) {
        problems.add(
            "\"%s\" is %s, the network expects %s"
                .formatted(each.path(), value.shape(), each.shape()));
      }
      if (value != null) {
        ordered.put(each.path(), value);
      }
    }
    for (Map.Entry<String, Tensor> each : values.entrySet()) {
      if (!ordered.containsKey(each.getKey())) {
        problems.add("left over \"" + each.getKey() + "\" " + each.getValue().shape());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "parameters: %d of them do not fit the network: %s — check its architecture and the names"
              .formatted(problems.size(), String.join("; ", problems)));
    }
    return new Parameters(ordered);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parameters parameters
        && new ArrayList<>(values.entrySet()).equals(new ArrayList<>(parameters.values.entrySet()));
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** How many tensors and numbers. */
  @Override
  public String toString() {
    return values.size() + " tensors, " + count() + " numbers";
  }
}
