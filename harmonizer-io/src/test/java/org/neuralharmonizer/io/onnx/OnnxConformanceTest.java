package org.neuralharmonizer.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.ReferenceData;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Tensor;

/** ONNX' own cases, with ONNX' tolerance: files, what they are given, and what they give. */
class OnnxConformanceTest {
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-7;

  /** What is not claimed, by operator or by the beginning of a case's name, and why. */
  private static final Map<String, String> NOT_CLAIMED =
      new TreeMap<>(
          Map.of(
              "Momentum", "an optimizer; ours are in the package train",
              "SoftmaxCrossEntropyLoss", "a loss; ours are in the package loss",
              "node/test_training_dropout", "exported in training mode"));

  /** Where the others decide on shapes, and so have to be constant. */
  private static final Map<String, Integer> OPERANDS_THAT_ARE_DATA =
      Map.of("Resize", 1, "Upsample", 1, "Dropout", 1, "Range", 0);

  @TestFactory
  Stream<DynamicTest> agrees() throws IOException {
    Path folder = ReferenceData.folder("onnx-conformance");
    List<?> index = (List<?>) Json.parse(Files.readString(folder.resolve("index.json")));
    List<DynamicTest> tests = new ArrayList<>();
    Map<String, Integer> passedOver = new TreeMap<>();
    for (Object row : index) {
      Map<?, ?> entry = (Map<?, ?>) row;
      String name = (String) entry.get("test");
      String reason = notClaimed(name, (List<?>) entry.get("ops"));
      if (reason == null) {
        tests.add(DynamicTest.dynamicTest(name, () -> requireAgreement(folder.resolve(name))));
      } else {
        passedOver.merge(reason, 1, Integer::sum);
      }
    }
    System.out.println("ONNX cases: " + tests.size() + " run, not claimed " + passedOver);
    return tests.stream();
  }

  private static String notClaimed(String name, List<?> operators) {
    for (Map.Entry<String, String> each : NOT_CLAIMED.entrySet()) {
      if (operators.contains(each.getKey()) || name.startsWith(each.getKey())) {
        return each.getValue();
      }
    }
    return null;
  }

  private static void requireAgreement(Path folder) throws IOException {
    OnnxGraph graph = OnnxGraph.read(folder.resolve("model.onnx"));
    Path data = folder.resolve("test_data_set_0");
    Context context = Context.of(Mode.INFERENCE);
    Map<String, Expr> given = new HashMap<>();
    Map<Expr, Tensor> arguments = new LinkedHashMap<>();
    String operator = graph.model().nodes().get(0).operator();
    int smooth = OPERANDS_THAT_ARE_DATA.getOrDefault(operator, graph.inputs().size());
    for (int i = 0; i < graph.inputs().size(); i++) {
      OnnxArray array = array(data.resolve("input_" + i + ".pb"));
      String name = graph.inputs().get(i).name();
      // Numbers go in when the program runs, what decides on shapes while it is built.
      if (array.kind() == ElementKind.REAL && i < smooth) {
        Expr leaf = Expr.input(name, array.values().shape());
        arguments.put(leaf, array.values());
        given.put(name, leaf);
      } else {
        given.put(name, Expr.constant(array.values()));
      }
    }
    List<Expr> results = graph.apply(given, context);
    Parameters parameters = graph.parameters(context);
    context.parameters().forEach(each -> arguments.put(each.leaf(), parameters.value(each.path())));
    Signature signature = Signature.of(List.copyOf(arguments.keySet()), results);
    try (Backend backend = Backends.named("cpu");
        Executable executable = backend.load(signature)) {
      List<Tensor> found = executable.run(List.copyOf(arguments.values()));
      for (int i = 0; i < found.size(); i++) {
        requireClose(found.get(i), array(data.resolve("output_" + i + ".pb")).values());
      }
    }
  }

  private static void requireClose(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < found.size(); i++) {
      double difference = Math.abs((double) found.value(i) - expected.value(i));
      boolean isSame =
          Float.compare(found.value(i), expected.value(i)) == 0
              || difference <= ABSOLUTE + RELATIVE * Math.abs(expected.value(i));
      assertThat(isSame)
          .as("element %d is %s, expected %s", i, found.value(i), expected.value(i))
          .isTrue();
    }
  }

  private static OnnxArray array(Path file) throws IOException {
    return OnnxArray.decode(WireMessage.parse(Files.readAllBytes(file)), ExternalData.none());
  }
}
