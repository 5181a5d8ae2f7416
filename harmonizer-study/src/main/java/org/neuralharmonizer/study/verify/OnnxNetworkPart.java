package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.onnx.OnnxClassifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Trained networks in ONNX files, with the logits that ONNX Runtime found. */
final class OnnxNetworkPart implements Part {
  private static final String EXPECTED = "expected.json";
  private static final double WHITE = 255;

  /** That of the reference, which is in single precision. */
  private static final Tolerance LOGITS = new Tolerance(1e-4, 1e-4);

  @Override
  public boolean isIn(ReferenceFiles model) {
    return model.has(EXPECTED)
        && ending(model, ".onnx").isPresent()
        && ending(model, ".npy").isPresent();
  }

  private static Optional<Path> ending(ReferenceFiles model, String ending) {
    return model.names().stream()
        .filter(name -> name.endsWith(ending))
        .findFirst()
        .map(model.folder()::resolve);
  }

  @Override
  public PartReport run(ReferenceFiles model, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder(model.folder().getFileName().toString(), precision);
    Map<String, Object> outputs = Values.object(model.json(EXPECTED).get("outputs"));
    try {
      OnnxClassifier network = OnnxClassifier.read(ending(model, ".onnx").orElseThrow());
      Tensor pixels = Npy.read(ending(model, ".npy").orElseThrow());
      recorder.run("logits", test -> compare(test, network, pixels, outputs, evaluator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return recorder.report();
  }

  /** Pictures are in the order of the outputs. */
  private static void compare(
      PartRecorder.Case test,
      OnnxClassifier network,
      Tensor pixels,
      Map<String, Object> outputs,
      Evaluator evaluator) {
    Shape batch = network.classifier().image().within(outputs.size());
    Expr images = Expr.input("images", batch);
    Context context = Context.of(Mode.INFERENCE);
    Expr logits = network.classifier().logits(images, context);
    Map<Expr, double[]> values = new HashMap<>();
    values.put(images, Values.doubles(Tensor.generate(batch, i -> pixels.value(i) / WHITE)));
    context
        .parameters()
        .forEach(
            each ->
                values.put(each.leaf(), Values.doubles(network.parameters().value(each.path()))));
    double[] found = evaluator.evaluate(List.of(logits), values).get(0);
    int classes = network.classifier().classes();
    int picture = 0;
    for (Map.Entry<String, Object> output : outputs.entrySet()) {
      double[] expected = Values.numbers(Values.object(output.getValue()).get("logits"));
      double[] row = Arrays.copyOfRange(found, picture * classes, ++picture * classes);
      test.compare("logits of " + output.getKey(), row, expected, LOGITS);
    }
  }
}
