package org.neuralharmonizer.study.verify;

import java.util.Arrays;
import java.util.Map;
import org.neuralharmonizer.psychophysics.PhaseScrambling;
import org.neuralharmonizer.tensor.Tensor;

/** Images with the phases of given noise: stimuli's backgrounds. It needs no evaluator. */
final class PhasePart implements Part {
  private static final String NAME = "e_phase";
  private static final String CASE = "case";

  /** Sums in double of a few hundred pixels, stored as floats. */
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
            (name, expected) ->
                recorder.run(
                    name,
                    test ->
                        compare(
                            test,
                            name.substring(CASE.length()),
                            Values.object(expected),
                            tensors)));
    return recorder.report();
  }

  private static void compare(
      PartRecorder.Case test,
      String number,
      Map<String, Object> expected,
      Map<String, Tensor> tensors) {
    Tensor scrambled =
        PhaseScrambling.of(
            Values.tensor(tensors, "im" + number), Values.tensor(tensors, "noise" + number));
    double[] found = Values.doubles(scrambled);
    double[] wanted = Values.doubles(Values.tensor(tensors, "scrambled" + number));
    test.compare("scrambled", found, wanted, TOLERANCE);
    test.compare(
        "mean",
        Arrays.stream(found).average().orElse(Double.NaN),
        Values.number(expected.get("mean_after")),
        TOLERANCE);
    test.compare(
        "energy",
        Arrays.stream(found).map(value -> value * value).sum(),
        Values.number(expected.get("energy_after")),
        TOLERANCE);
  }
}
