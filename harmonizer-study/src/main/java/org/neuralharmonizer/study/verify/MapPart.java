package org.neuralharmonizer.study.verify;

import java.util.Map;
import org.neuralharmonizer.data.GaussianBlur;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.tensor.Tensor;

/** Blurring and resizing of maps; they need no evaluator. */
final class MapPart implements Part {
  private static final String NAME = "d_blur_resize";
  // Computed in double precision, but rounded to single after each step, as the reference is once.
  private static final Tolerance TOLERANCE = new Tolerance(1e-6, 1e-6);

  @Override
  public boolean isIn(ReferenceFiles golden) {
    return golden.has(NAME + ".json") && golden.has(NAME + ".safetensors");
  }

  @Override
  public boolean reads(ReferenceFiles golden, String stem) {
    return stem.equals(NAME);
  }

  @Override
  public PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder(NAME, precision);
    Map<String, Tensor> tensors = golden.tensors(NAME + ".safetensors");
    golden
        .json(NAME + ".json")
        .forEach(
            (name, value) ->
                recorder.run(
                    name,
                    test -> {
                      if (name.matches("case\\d+")) {
                        blur(test, name.substring(4), Values.object(value), tensors);
                      } else if (name.matches("resize\\d+")) {
                        Tensor source = Values.tensor(tensors, "rs_in" + name.substring(6));
                        resized(test, "rs_out" + name.substring(6), source, tensors);
                      }
                    }));
    if (tensors.containsKey("clickme_in")) {
      recorder.run("clickme", test -> clickMe(test, tensors));
    }
    return recorder.report();
  }

  private static void blur(
      PartRecorder.Case test,
      String number,
      Map<String, Object> entry,
      Map<String, Tensor> tensors) {
    GaussianBlur blur =
        GaussianBlur.of(Values.integer(entry.get("size")), Values.number(entry.get("sigma")));
    Tensor blurred = blur.apply(Values.tensor(tensors, "in" + number));
    same(test, "kernel" + number, blur.kernel(), tensors);
    same(test, "out" + number, blurred, tensors);
    double sum = 0;
    for (double each : Values.doubles(blurred)) {
      sum += each;
    }
    test.compare("sum_out", sum, Values.number(entry.get("sum_out")), TOLERANCE);
  }

  private static Tensor resized(
      PartRecorder.Case test, String name, Tensor source, Map<String, Tensor> tensors) {
    Tensor wanted = Values.tensor(tensors, name);
    Tensor resized =
        Resampling.BILINEAR.resize(source, wanted.shape().extent(0), wanted.shape().extent(1));
    same(test, name, resized, tensors);
    return resized;
  }

  private static void clickMe(PartRecorder.Case test, Map<String, Tensor> tensors) {
    Tensor small = resized(test, "clickme_64", Values.tensor(tensors, "clickme_in"), tensors);
    Tensor blurred = GaussianBlur.asReleased().apply(small);
    same(test, "clickme_blur", blurred, tensors);
    resized(test, "clickme_224", blurred, tensors);
  }

  private static void same(
      PartRecorder.Case test, String name, Tensor actual, Map<String, Tensor> tensors) {
    test.compare(
        name, Values.doubles(actual), Values.doubles(Values.tensor(tensors, name)), TOLERANCE);
  }
}
