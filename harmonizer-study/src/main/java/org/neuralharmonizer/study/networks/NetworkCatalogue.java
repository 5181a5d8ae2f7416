package org.neuralharmonizer.study.networks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.io.KerasWeights;
import org.neuralharmonizer.io.Npz;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.io.TorchWeights;
import org.neuralharmonizer.io.onnx.OnnxClassifier;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Networks by name:
 *
 * <ul>
 *   <li>{@code mobilenet_v1_WIDTH} or {@code mobilenet_v1_WIDTH_SIZE}, such as {@code
 *       mobilenet_v1_0.25} (224 × 224) or {@code mobilenet_v1_1.0_128}: pixels as x / 127.5 − 1;
 *       weights of Keras or of this library.
 *   <li>{@code reference_cnn} or {@code reference_cnn_SIZE}, by default for 64 × 64: pixels as x /
 *       255; weights of this library, from which the widths follow.
 *   <li>Names of {@code nn.zoo}, with or without a size, such as {@code resnet50} (224 × 224),
 *       {@code vit_s16_384} or {@code cifar_resnet20}: weights of torchvision, timm or this
 *       library, as docs/networks.md says for each.
 *   <li>{@code onnx}, the network of an {@code .onnx} file that says what becomes of pixels, or
 *       {@code onnx PRESET} of {@link Preprocessing}, such as {@code onnx grey}.
 * </ul>
 *
 * <p>The number of classes follows from the weights.
 */
public final class NetworkCatalogue {
  private static final Pattern MOBILENET =
      Pattern.compile("mobilenet_v1_(\\d{1,2}(?:\\.\\d{1,6})?)(?:_(\\d{1,4}))?");
  private static final Pattern REFERENCE = Pattern.compile("reference_cnn(?:_(\\d{1,4}))?");

  /** What files that training writes say of themselves, beside the settings. */
  public static final String NETWORK = "network";

  /** As {@link Preprocessing#text}. */
  public static final String PREPROCESSING = "preprocessing";

  private static final String ONNX = ".onnx";
  private static final String SAFETENSORS = ".safetensors";
  private static final int MOBILENET_SIZE = 224;
  private static final int REFERENCE_SIZE = 64;

  private NetworkCatalogue() {}

  /**
   * A network with its values from a file of Keras ({@code .h5}), NumPy ({@code .npz}), PyTorch
   * ({@code .pth}, {@code .pt}, {@code .th}) or {@code .safetensors}.
   *
   * @throws IllegalArgumentException if there is no such network; or if the weights do not fit it,
   *     with all that is missing, left over or of another shape
   * @throws IOException if the file cannot be read or is damaged
   */
  public static Network load(String name, Path weights) throws IOException {
    if (name.equals("onnx")) {
      return onnx(weights, null, null);
    }
    if (name.startsWith("onnx ")) {
      return onnx(weights, null, Preprocessing.parse(name.substring("onnx ".length())));
    }
    Architecture architecture = architecture(name);
    Map<String, Tensor> arrays = read(weights);
    try {
      Parameters values = architecture.named(arrays);
      Classifier classifier = architecture.classifierFor(values.asMap());
      return new Network(name, classifier, values, architecture.preprocessing());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "weights \"%s\" for \"%s\": %s".formatted(weights, name, e.getMessage()), e);
    }
  }

  /**
   * A network as commands name it: a name of the catalogue and a file of weights; an {@code .onnx}
   * file, perhaps with other weights under its names; or a {@code .safetensors} file that training
   * a network of the catalogue has written, which names it.
   *
   * @param given what becomes of pixels, if not what the catalogue or the file says
   * @throws IllegalArgumentException if that does not name a network with its values and its
   *     preprocessing
   * @throws IOException if a file cannot be read or is damaged
   */
  public static Network open(String network, @Nullable Path weights, @Nullable Preprocessing given)
      throws IOException {
    String ending = network.toLowerCase(Locale.ROOT);
    if (ending.endsWith(ONNX)) {
      return onnx(Path.of(network), weights, given);
    }
    if (ending.endsWith(SAFETENSORS) && weights == null) {
      Path file = Path.of(network);
      Map<String, String> own = Safetensors.metadata(file);
      String name = own.get(NETWORK);
      String pixels = own.get(PREPROCESSING);
      if (name == null || isFile(name)) {
        // No file is opened because another one says so.
        throw new IllegalArgumentException(
            "network \"%s\": the file does not say of which network of the catalogue its values are%s — give that network, and the file as weights"
                .formatted(network, name == null ? "" : ", but of \"" + name + "\""));
      }
      return open(
          name, file, given != null || pixels == null ? given : Preprocessing.parse(pixels));
    }
    if (weights == null) {
      throw new IllegalArgumentException(
          "network \"%s\": it needs a file of weights — give --weights, or an .onnx file as the network"
              .formatted(network));
    }
    Network found = load(network, weights);
    return given == null ? found : found.withPreprocessing(given);
  }

  private static boolean isFile(String network) {
    String name = network.toLowerCase(Locale.ROOT);
    return name.endsWith(ONNX) || name.endsWith(SAFETENSORS) || name.startsWith("onnx");
  }

  private static Network onnx(Path file, @Nullable Path weights, @Nullable Preprocessing given)
      throws IOException {
    OnnxClassifier read = OnnxClassifier.read(file);
    Shape image = read.classifier().image();
    if (image.extent(1) != image.extent(2)) {
      throw new IllegalArgumentException(
          "network \"%s\": its images are %d × %d — only square ones can be cut from photographs"
              .formatted(file, image.extent(1), image.extent(2)));
    }
    String own = read.model().metadata().get(PREPROCESSING);
    if (given == null && own == null) {
      throw new IllegalArgumentException(
          "network \"%s\": the file does not say what becomes of pixels — give --preprocessing, such as %s"
              .formatted(file, Preprocessing.presets().keySet()));
    }
    Preprocessing preprocessing = given == null ? Preprocessing.parse(own) : given;
    Parameters values = weights == null ? read.parameters() : Parameters.of(read(weights));
    return new Network(file.toString(), read.classifier(), values, preprocessing);
  }

  /**
   * A network before training.
   *
   * @throws IllegalArgumentException if there is no such network
   */
  public static Network untrained(String name, int classes, long seed) {
    Architecture architecture = architecture(name);
    Classifier classifier = architecture.classifier(classes);
    return new Network(name, classifier, classifier.initialize(seed), architecture.preprocessing());
  }

  private static Architecture architecture(String name) {
    Matcher mobilenet = MOBILENET.matcher(name);
    if (mobilenet.matches()) {
      return new MobileNets(
          Double.parseDouble(mobilenet.group(1)), number(mobilenet.group(2), MOBILENET_SIZE));
    }
    Matcher reference = REFERENCE.matcher(name);
    if (reference.matches()) {
      return new ReferenceCnns(number(reference.group(1), REFERENCE_SIZE));
    }
    ZooNetworks published = ZooNetworks.named(name);
    if (published != null) {
      return published;
    }
    throw new IllegalArgumentException(
        "network \"%s\" is not known — known are mobilenet_v1_WIDTH or mobilenet_v1_WIDTH_SIZE"
                .formatted(name)
            + " (such as mobilenet_v1_0.25, for 224 × 224), reference_cnn or reference_cnn_SIZE, "
            + ZooNetworks.names()
            + " and these with _SIZE, and onnx");
  }

  private static int number(String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  private static Map<String, Tensor> read(Path weights) throws IOException {
    String name = weights.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      return KerasWeights.read(weights);
    }
    if (name.endsWith(".npz")) {
      return Npz.read(weights);
    }
    if (name.endsWith(".safetensors")) {
      return Safetensors.read(weights);
    }
    if (name.endsWith(".pth") || name.endsWith(".pt") || name.endsWith(".th")) {
      return TorchWeights.read(weights);
    }
    throw new IllegalArgumentException(
        "weights \"%s\": not a format by its name — give .h5, .npz, .safetensors, .pth or .pt"
            .formatted(weights));
  }
}
