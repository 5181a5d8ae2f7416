package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.onnx.OnnxOptions.Layout;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/**
 * A network from an ONNX file, to be explained, aligned and harmonized as any other. Its
 * initializers are the parameters, under their names.
 *
 * <p>A softmax at the end is left off, since logits are what losses and explanations start from. In
 * training, batch normalizations use and record statistics of the batch and drop-outs drop, as
 * where the network was trained. Immutable.
 */
public final class OnnxClassifier {
  private static final double TOLERANCE = 1e-4;

  private final OnnxGraph graph;
  private final String images;
  private final String logits;
  private final Layout layout;

  /** −1 if the file says that it varies. */
  private final int declaredBatch;

  private final Classifier classifier;
  private final Parameters parameters;

  private OnnxClassifier(OnnxGraph graph, OnnxOptions options) {
    this.graph = graph;
    OnnxGraph.Input input = onlyInput(graph);
    this.images = input.name();
    this.logits = logits(graph, options);
    this.layout = layout(input, options);
    this.declaredBatch = input.extents().get(0);
    Shape image = image(input, options);
    Context context = Context.of(Mode.INFERENCE);
    Shape one = apply(Expr.input(images, image.within(1)), context).shape();
    this.parameters = graph.parameters(context);
    if (one.rank() != 2 || one.extent(0) != 1) {
      throw new IllegalArgumentException(
          "\"%s\" is %s for one image, logits are 1 × classes; name another value"
              .formatted(logits, one));
    }
    this.classifier = Classifier.of(this::apply, image, one.extent(1));
    requireApart();
  }

  /** As {@link #read(Path, OnnxOptions)}, with everything as the file declares it. */
  public static OnnxClassifier read(Path file) throws IOException {
    return read(file, OnnxOptions.defaults());
  }

  /**
   * Reads a network.
   *
   * @throws MalformedFileException if the file is damaged, is no network from images to logits, or
   *     has operations that cannot be imported, all of which are listed with the reason
   * @throws IOException if the file cannot be read
   */
  public static OnnxClassifier read(Path file, OnnxOptions options) throws IOException {
    OnnxGraph graph = OnnxGraph.read(file);
    try {
      return new OnnxClassifier(graph, options);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          "read \"%s\": it is no network that can be used (%s) — export it for inference, from images to logits, with standard operators"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** The network; it holds no values. */
  public Classifier classifier() {
    return classifier;
  }

  /** The values in the file. */
  public Parameters parameters() {
    return parameters;
  }

  /** What the file says of itself. */
  public OnnxModel model() {
    return graph.model();
  }

  /** The name of the value that the logits are. */
  public String logits() {
    return logits;
  }

  private Expr apply(Expr input, Context context) {
    return apply(input, context, batch(input.shape().extent(0)));
  }

  private Batch batch(int given) {
    return declaredBatch < 0 ? Batch.free() : Batch.of(declaredBatch, given);
  }

  private Expr apply(Expr input, Context context, Batch batch) {
    Expr own = layout == Layout.CHANNELS_LAST ? input.permute(0, 2, 3, 1) : input;
    Expr result = graph.apply(Map.of(images, own), List.of(logits), context, batch).get(0);
    // Exporters of convolutional heads leave axes of extent 1.
    Shape shape = result.shape();
    boolean isFlat = shape.rank() > 2 && shape.size() == shape.extent(0) * shape.extent(1);
    return isFlat ? result.reshape(shape.extent(0), shape.extent(1)) : result;
  }

  /**
   * Shows, where the extent of the batch in the file had to be changed, that two images together
   * give what each gives alone.
   */
  private void requireApart() {
    Batch batch = batch(2);
    Shape image = classifier.image();
    try {
      apply(Expr.input(images, image.within(2)), Context.of(Mode.INFERENCE), batch);
    } catch (IllegalArgumentException e) {
      throw forOneBatch("does not take others: " + e.getMessage(), e);
    }
    if (!batch.isAdapted()) {
      return;
    }
    SeededRandom random = SeededRandom.of(0);
    Tensor both = Tensor.generate(image.within(2), i -> random.nextDouble());
    try (Backend backend = Backends.named("cpu");
        Predictor together = Predictor.of(classifier, parameters, backend, 2);
        Predictor alone = Predictor.of(classifier, parameters, backend, 1)) {
      Tensor expected = alone.logits(both);
      Tensor found = together.logits(both);
      for (int i = 0; i < expected.size(); i++) {
        double size = 1 + Math.abs(expected.value(i));
        if (!(Math.abs(found.value(i) - expected.value(i)) <= TOLERANCE * size)) {
          throw forOneBatch("mixes others", null);
        }
      }
    }
  }

  private IllegalArgumentException forOneBatch(String problem, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "it was exported for a batch of %d and %s; export it with a batch that varies"
            .formatted(declaredBatch, problem),
        cause);
  }

  private static OnnxGraph.Input onlyInput(OnnxGraph graph) {
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "it takes %d inputs, %s; a network of images takes one"
              .formatted(graph.inputs().size(), graph.inputs()));
    }
    OnnxGraph.Input input = graph.inputs().get(0);
    if (input.extents().size() != 4) {
      throw new IllegalArgumentException(
          "its input \"%s\" is declared with %d extents %s, images have 4"
              .formatted(input.name(), input.extents().size(), input.extents()));
    }
    return input;
  }

  private static String logits(OnnxGraph graph, OnnxOptions options) {
    String named = options.logits();
    String name = named == null ? graph.outputs().get(0) : named;
    OnnxNode node = graph.producer(name);
    return named == null && node.operator().equals("Softmax") ? node.inputs().get(0) : name;
  }

  private static Layout layout(OnnxGraph.Input input, OnnxOptions options) {
    if (options.layout() != Layout.AS_DECLARED) {
      return options.layout();
    }
    return isChannels(input.extents().get(3)) && !isChannels(input.extents().get(1))
        ? Layout.CHANNELS_LAST
        : Layout.CHANNELS_FIRST;
  }

  private static boolean isChannels(int extent) {
    return extent == 1 || extent == 3 || extent == 4;
  }

  /** C × H × W. */
  private Shape image(OnnxGraph.Input input, OnnxOptions options) {
    Shape given = options.image();
    if (given != null) {
      return given;
    }
    List<Integer> extents = input.extents();
    if (extents.subList(1, 4).contains(-1)) {
      throw new IllegalArgumentException(
          "its input \"%s\" is declared as %s, which leaves the size of images open; give an image's shape"
              .formatted(input.name(), extents));
    }
    return layout == Layout.CHANNELS_LAST
        ? Shape.of(extents.get(3), extents.get(1), extents.get(2))
        : Shape.of(extents.get(1), extents.get(2), extents.get(3));
  }
}
