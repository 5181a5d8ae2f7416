package org.neuralharmonizer.study.verify;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;

/** Layers of Keras 2 on values computed by Keras with TensorFlow (of keras-js). */
final class KerasLayersPart implements Part {
  private static final String SETTINGS = "settings.json";

  /** Stored with six digits after the point, computed in single precision. */
  private static final Tolerance TOLERANCE = new Tolerance(1e-5, 1e-5);

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.folder().getFileName().toString().startsWith("keras-") && folder.has(SETTINGS);
  }

  @Override
  public PartReport run(ReferenceFiles cases, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("Keras layers", precision);
    Map<String, Object> settings = cases.json(SETTINGS);
    for (String file : cases.names()) {
      if (file.endsWith(".json") && !file.equals(SETTINGS)) {
        cases
            .json(file)
            .forEach(
                (name, json) ->
                    run(recorder, name, KerasCase.of(name, settings.get(name), json), evaluator));
      }
    }
    return recorder.report();
  }

  private static void run(PartRecorder recorder, String name, KerasCase each, Evaluator evaluator) {
    recorder.run(
        name,
        test -> {
          Expr found = KerasLayers.result(each);
          if (found != null) {
            test.same("shape", found.shape(), each.expected().shape());
            double[] values = evaluator.evaluate(List.of(found), Map.of()).get(0);
            test.compare("result", values, Values.doubles(each.expected()), TOLERANCE);
          }
        });
  }
}
