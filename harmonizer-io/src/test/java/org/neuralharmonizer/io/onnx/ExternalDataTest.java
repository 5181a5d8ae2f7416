package org.neuralharmonizer.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** A graph y = x + shift whose shift is in another file. */
class ExternalDataTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeNumbers() throws IOException {
    model = Files.createDirectories(folder.resolve("model"));
    ByteBuffer numbers = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putFloat(9).putFloat(1).putFloat(2).putFloat(3);
    Files.write(model.resolve("numbers.bin"), numbers.array());
    Files.write(folder.resolve("outside.bin"), numbers.array());
  }

  private Path graph(String location, long offset, long length) throws IOException {
    OutMessage tensor = new OutMessage();
    tensor.with(Fields.TENSOR_EXTENTS, 3).with(Fields.TENSOR_TYPE, Fields.TYPE_FLOAT);
    tensor.with(Fields.TENSOR_NAME, "shift");
    tensor.with(Fields.TENSOR_LOCATION, Fields.LOCATION_EXTERNAL);
    tensor.with(Fields.TENSOR_EXTERNAL, entry("location", location));
    tensor.with(Fields.TENSOR_EXTERNAL, entry("offset", String.valueOf(offset)));
    tensor.with(Fields.TENSOR_EXTERNAL, entry("length", String.valueOf(length)));
    OutMessage node =
        new OutMessage()
            .with(Fields.NODE_INPUTS, "x")
            .with(Fields.NODE_INPUTS, "shift")
            .with(Fields.NODE_OUTPUTS, "y")
            .with(Fields.NODE_OPERATOR, "Add");
    OutMessage graph =
        new OutMessage()
            .with(Fields.GRAPH_NODES, node)
            .with(Fields.GRAPH_INITIALIZERS, tensor)
            .with(Fields.GRAPH_INPUTS, new OutMessage().with(Fields.VALUE_NAME, "x"))
            .with(Fields.GRAPH_OUTPUTS, new OutMessage().with(Fields.VALUE_NAME, "y"));
    OutMessage root =
        new OutMessage().with(Fields.MODEL_GRAPH, graph).with(Fields.MODEL_OPSETS, entry("", 17));
    Path file = model.resolve("graph.onnx");
    try (OutputStream out = Files.newOutputStream(file)) {
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      root.write(coded);
      coded.flush();
    }
    return file;
  }

  private static OutMessage entry(String key, String value) {
    return new OutMessage().with(1, key).with(2, value);
  }

  private static OutMessage entry(String key, long value) {
    return new OutMessage().with(1, key).with(2, value);
  }

  @Test
  void numbersBesideTheFileAreRead() throws IOException {
    OnnxGraph graph = OnnxGraph.read(graph("numbers.bin", 4, 12));
    Context context = Context.of(Mode.INFERENCE);
    Expr x = Expr.input("x", Shape.of(2, 3));
    assertThat(graph.apply(Map.of("x", x), context))
        .extracting(Expr::shape)
        .containsExactly(x.shape());
    assertThat(graph.parameters(context).asMap())
        .isEqualTo(Map.of("shift", Tensor.of(Shape.of(3), 1, 2, 3)));
  }

  @Test
  void nothingElseIsOpened() throws IOException {
    for (String location :
        List.of("../outside.bin", folder.resolve("outside.bin").toString(), "none.bin", "", ".")) {
      Path file = graph(location, 4, 12);
      assertThatThrownBy(() -> OnnxGraph.read(file))
          .as(location)
          .isInstanceOf(MalformedFileException.class);
    }
    Files.createSymbolicLink(model.resolve("link.bin"), folder.resolve("outside.bin"));
    Path linked = graph("link.bin", 4, 12);
    assertThatThrownBy(() -> OnnxGraph.read(linked)).hasMessageContaining("outside the folder");
  }

  @Test
  void numbersThatAreNotThereAreRefused() throws IOException {
    for (long[] place : new long[][] {{8, 12}, {-4, 12}, {4, 8}, {Long.MAX_VALUE, 12}, {0, -1}}) {
      Path file = graph("numbers.bin", place[0], place[1]);
      assertThatThrownBy(() -> OnnxGraph.read(file))
          .hasMessageContaining("does not hold the 12 bytes of a tensor");
    }
  }
}
