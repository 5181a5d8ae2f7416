package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.onnx.OnnxGraph;
import org.neuralharmonizer.io.onnx.OnnxTensors;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/** ONNX' own cases: graphs of one or a few operators, what they are given and what they give. */
final class OnnxCasesPart implements Part {
  private static final String INDEX = "index.json";
  private static final String TRAINING = "test_training_";

  /** ONNX' own. */
  private static final Tolerance TOLERANCE = new Tolerance(1e-3, 1e-3);

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.folder().getFileName().toString().startsWith("onnx-") && folder.has(INDEX);
  }

  @Override
  public PartReport run(ReferenceFiles cases, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("ONNX operators", precision);
    for (Object entry : cases.list(INDEX)) {
      String name = String.valueOf(Values.object(entry).get("test"));
      Path folder = cases.folder().resolve(name);
      try {
        OnnxGraph graph = OnnxGraph.read(folder.resolve("model.onnx"));
        if (!graph.unknownOperators().isEmpty() || name.contains(TRAINING)) {
          recorder.notClaimed(name);
        } else {
          Path data = folder.resolve("test_data_set_0");
          recorder.run(name, test -> compare(test, graph, data, evaluator));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return recorder.report();
  }

  private static void compare(
      PartRecorder.Case test, OnnxGraph graph, Path data, Evaluator evaluator) {
    Map<String, Expr> given = new HashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      String name = graph.inputs().get(i).name();
      given.put(name, Expr.constant(tensor(data.resolve("input_" + i + ".pb"))));
    }
    Context context = Context.of(Mode.INFERENCE);
    List<Expr> results = graph.apply(given, context);
    Parameters parameters = graph.parameters(context);
    Map<Expr, double[]> values = new HashMap<>();
    context
        .parameters()
        .forEach(each -> values.put(each.leaf(), Values.doubles(parameters.value(each.path()))));
    List<double[]> found = evaluator.evaluate(results, values);
    for (int i = 0; i < results.size(); i++) {
      Tensor expected = tensor(data.resolve("output_" + i + ".pb"));
      test.same("shape " + i, results.get(i).shape(), expected.shape());
      test.compare("output " + i, found.get(i), Values.doubles(expected), TOLERANCE);
    }
  }

  private static Tensor tensor(Path file) {
    try {
      return OnnxTensors.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
