package org.neuralharmonizer.io.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.AtomicFiles;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Networks to ONNX files, for other runtimes: operator set 19, an input {@code images} N × C × H ×
 * W of any N, an output {@code logits} N × K. Parameters keep their names; batch normalizations use
 * their running statistics. {@link OnnxClassifier} reads what is written here.
 */
public final class OnnxFiles {
  static final int OPSET = 19;
  private static final int IR_VERSION = 9;
  private static final String IMAGES = "images";
  private static final String LOGITS = "logits";
  private static final String BATCH = "N";

  private OnnxFiles() {}

  /**
   * Writes a network, whole or not at all.
   *
   * @param metadata free text by name, for whoever reads the file
   * @throws IllegalArgumentException if values do not fit the network, or it computes something
   *     that ONNX has no operator for
   * @throws IOException if the file cannot be written, or would be larger than the 2 GiB of
   *     protocol buffers
   */
  public static void write(
      Path file, Classifier classifier, Parameters values, Map<String, String> metadata)
      throws IOException {
    OutMessage model = model(classifier, values, metadata);
    if (model.size() > Integer.MAX_VALUE) {
      throw new IOException(
          "write \"%s\": the model has %d bytes, ONNX files at most 2 GiB — write the parameters as safetensors"
              .formatted(file, model.size()));
    }
    AtomicFiles.write(
        file,
        out -> {
          CodedOutputStream coded = CodedOutputStream.newInstance(out);
          model.write(coded);
          coded.flush();
        });
  }

  private static OutMessage model(
      Classifier classifier, Parameters values, Map<String, String> metadata) {
    Parameters fitting = values.fitting(classifier.parameters());
    OutMessage graph = new OutMessage();
    // Built for two and for three images: what differs is the batch.
    Twins twins = Twins.of(images -> built(classifier, images), classifier.image());
    new GraphWriter(graph, twins, IMAGES, LOGITS).write();
    graph.with(2, "network");
    for (Map.Entry<String, Tensor> each : fitting.asMap().entrySet()) {
      graph.with(Fields.GRAPH_INITIALIZERS, GraphWriter.tensor(each.getKey(), each.getValue()));
    }
    Shape image = classifier.image();
    graph.with(
        Fields.GRAPH_INPUTS, value(IMAGES, image.extent(0), image.extent(1), image.extent(2)));
    graph.with(Fields.GRAPH_OUTPUTS, value(LOGITS, classifier.classes()));
    OutMessage model =
        new OutMessage()
            .with(1, IR_VERSION)
            .with(Fields.MODEL_PRODUCER, "harmonizer")
            .with(Fields.MODEL_GRAPH, graph)
            .with(Fields.MODEL_OPSETS, new OutMessage().with(1, "").with(2, OPSET));
    metadata.forEach(
        (key, text) ->
            model.with(Fields.MODEL_METADATA, new OutMessage().with(1, key).with(2, text)));
    return model;
  }

  private static Twins.Built built(Classifier classifier, Expr images) {
    Context context = Context.of(Mode.INFERENCE);
    Expr logits = classifier.logits(images, context);
    List<Parameter> parameters = context.parameters();
    return new Twins.Built(images, logits, parameters);
  }

  /** A float array N × those extents. */
  private static OutMessage value(String name, int... extents) {
    OutMessage shape = new OutMessage().with(Fields.SHAPE_AXES, new OutMessage().with(2, BATCH));
    for (int extent : extents) {
      shape.with(Fields.SHAPE_AXES, new OutMessage().with(Fields.AXIS_EXTENT, extent));
    }
    OutMessage tensor =
        new OutMessage()
            .with(Fields.TENSOR_TYPE_ELEMENT, Fields.TYPE_FLOAT)
            .with(Fields.TENSOR_TYPE_SHAPE, shape);
    return new OutMessage()
        .with(Fields.VALUE_NAME, name)
        .with(Fields.VALUE_TYPE, new OutMessage().with(Fields.TYPE_TENSOR, tensor));
  }
}
