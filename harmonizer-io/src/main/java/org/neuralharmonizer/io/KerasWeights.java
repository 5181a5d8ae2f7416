package org.neuralharmonizer.io;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The weights in a Keras {@code .h5} file: a full model or weights only, as Keras 2 writes them and
 * Keras 3 in its legacy format, and the {@code .weights.h5} of Keras 3.
 *
 * <p>Arrays keep Keras' layouts: a convolution's kernel is height × width × in × out, a depthwise
 * one height × width × in × multiplier, a dense one in × out. They are named {@code layer/variable}
 * without the {@code :0} of TensorFlow, such as {@code conv1/kernel} and {@code
 * conv1_bn/moving_mean}, in the order of the model. A weight inside a nested model is named {@code
 * model/layer/variable}. Keras 3's own format stores no variable names: there they count from 0, as
 * in {@code conv1/0}. The architecture and the optimizer's state are not read.
 */
public final class KerasWeights {
  private static final Set<String> KERAS_3_STRUCTURE =
      Set.of("layers", "_layer_checkpoint_dependencies", "vars");
  private static final Set<String> KERAS_3_OTHERS = Set.of("optimizer", "_trainer", "metrics");

  private KerasWeights() {}

  /**
   * All weights of a file.
   *
   * @throws MalformedFileException if the file is damaged or no Keras model
   * @throws IOException if the file cannot be read
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    return read(file, ReadLimits.standard());
  }

  /** As {@link #read(Path)}, within other limits. */
  public static Map<String, Tensor> read(Path file, ReadLimits limits) throws IOException {
    return Hdf5File.use(file, limits, KerasWeights::read);
  }

  private static Map<String, Tensor> read(Hdf5File file) throws IOException {
    Group root = file.root();
    Group model =
        root.getChildren().containsKey("model_weights")
                && file.node(root, "model_weights") instanceof Group full
            ? full
            : root;
    Map<String, Tensor> weights = new LinkedHashMap<>();
    if (hasStrings(model, "layer_names")) {
      for (String layer : strings(file, model, "layer_names")) {
        readLayer(file, model, layer, weights);
      }
    } else {
      readUnnamed(file, root, weights);
    }
    if (weights.isEmpty()) {
      throw file.wrong("it holds no Keras weights", "give a .h5 file saved by Keras");
    }
    return Collections.unmodifiableMap(weights);
  }

  private static void readLayer(
      Hdf5File file, Group model, String layer, Map<String, Tensor> weights) throws IOException {
    Node group = file.node(model, layer);
    if (!(group instanceof Group layerGroup)) {
      throw file.wrong("layer \"" + layer + "\" is no group", "save the model with Keras");
    }
    for (String weight : strings(file, layerGroup, "weight_names")) {
      Node node = file.node(layerGroup, weight);
      if (!(node instanceof Dataset dataset)) {
        throw file.wrong("weight \"" + weight + "\" is no array", "save the model with Keras");
      }
      put(file, weights, name(layer, weight), dataset);
    }
  }

  /** The layer's name and what follows it: scopes of an enclosing model before it are dropped. */
  static String name(String layer, String weight) {
    String path = weight.replaceFirst(":\\d+$", "");
    int start = ("/" + path).indexOf("/" + layer + "/");
    return start < 0 ? layer + "/" + path : path.substring(start);
  }

  private static void readUnnamed(Hdf5File file, Group root, Map<String, Tensor> weights)
      throws IOException {
    for (Map.Entry<String, Dataset> found : file.datasets(root)) {
      List<String> path = List.of(found.getKey().split("/"));
      if (path.contains("vars") && !KERAS_3_OTHERS.contains(path.get(0))) {
        String name =
            path.stream()
                .filter(part -> !KERAS_3_STRUCTURE.contains(part))
                .collect(Collectors.joining("/"));
        put(file, weights, name, found.getValue());
      }
    }
  }

  private static void put(Hdf5File file, Map<String, Tensor> weights, String name, Dataset dataset)
      throws IOException {
    if (weights.put(name, file.tensor(dataset)) != null) {
      throw file.wrong("two weights are named \"" + name + "\"", "rename a layer");
    }
  }

  private static boolean hasStrings(Node node, String attribute) {
    return Stream.of(attribute, attribute + "0").anyMatch(node.getAttributes()::containsKey);
  }

  /** Keras splits a list above 64 kB, HDF5's limit of an attribute, into numbered ones. */
  private static List<String> strings(Hdf5File file, Node node, String attribute)
      throws IOException {
    if (node.getAttributes().containsKey(attribute)) {
      return file.strings(node, attribute);
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; node.getAttributes().containsKey(attribute + i); i++) {
      all.addAll(file.strings(node, attribute + i));
    }
    return all;
  }
}
