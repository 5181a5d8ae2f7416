package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.LeaveOneOutReliability;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.data.GaussianBlur;
import org.neuralharmonizer.data.Marking;
import org.neuralharmonizer.data.PointMaps;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.io.Markings;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.PixelOrigin;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Where people looked in photographs: maps from their fixations, and how well they agree with each
 * other. It needs no evaluator.
 */
final class GazePart implements Part {
  private static final String FIXATIONS = "fixations.csv";
  private static final String EXPECTED = "split_half_expected.json";
  private static final int HEIGHT = 600;
  private static final int WIDTH = 800;

  /** Of the blur with which the given maps were made, in pixels. */
  private static final double SIGMA = 24;

  /** Maps are floats, rounded after each step. */
  private static final Tolerance MAPS = new Tolerance(1e-6, 1e-6);

  /** Correlations of ranks, in double precision. */
  private static final Tolerance CORRELATIONS = new Tolerance(1e-12, 1e-12);

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.has(FIXATIONS) && folder.has(EXPECTED);
  }

  @Override
  public PartReport run(ReferenceFiles folder, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("gaze", precision);
    List<Marking> markings = fixations(folder);
    ReferenceFiles maps = folder.at("maps");
    for (String name : maps.names()) {
      String image = name.replaceFirst("_.*", "");
      if (name.contains("_map_")) {
        recorder.run(name, test -> sum(test, npy(maps, name), image, markings));
      } else if (name.contains("_subjects_")) {
        recorder.run(name, test -> raters(test, npy(maps, name), image, markings));
      }
    }
    Values.object(folder.json(EXPECTED).get("images"))
        .forEach(
            (image, json) ->
                recorder.run(
                    "agreement on " + image,
                    test -> agreement(test, maps, image, Values.object(json))));
    return recorder.report();
  }

  private static void sum(
      PartRecorder.Case test, Tensor given, String image, List<Marking> markings) {
    RaterMaps raters = maps(given).raters(image, markings);
    double[] sum = Values.doubles(raters.mean().values());
    for (int i = 0; i < sum.length; i++) {
      sum[i] *= raters.raters();
    }
    test.compare("sum over people", sum, Values.doubles(given), MAPS);
  }

  private static void raters(
      PartRecorder.Case test, Tensor given, String image, List<Marking> markings) {
    Tensor ours = maps(given).raters(image, markings).values();
    test.compare("maps of people", Values.doubles(ours), Values.doubles(given), MAPS);
  }

  private static PointMaps maps(Tensor given) {
    int height = given.shape().extent(-2);
    int width = given.shape().extent(-1);
    return PointMaps.of(HEIGHT, WIDTH)
        .prepared(GaussianBlur.centred(SIGMA))
        .prepared(Resampling.AREA.to(height, width));
  }

  private static void agreement(
      PartRecorder.Case test, ReferenceFiles maps, String image, Map<String, Object> wanted) {
    String file =
        maps.names().stream()
            .filter(name -> name.startsWith(image + "_subjects_"))
            .findFirst()
            .orElseThrow();
    RaterMaps raters = RaterMaps.of(image, npy(maps, file));
    List<Map<String, Object>> splits =
        Values.list(wanted.get("splits")).stream().map(Values::object).toList();
    List<int[]> halves =
        splits.stream().map(split -> order(split.get("A"), raters.raters())).toList();
    SplitHalfReliability.Result result =
        SplitHalfReliability.ofPermutations(halves).of(List.of(raters));
    double[] found =
        IntStream.range(0, splits.size())
            .mapToDouble(split -> result.images().get(0).score(split).orElse(Double.NaN))
            .toArray();
    double[] expected =
        splits.stream().mapToDouble(split -> Values.number(split.get("spearman"))).toArray();
    test.compare("splits", found, expected, CORRELATIONS);
    test.compare(
        "split-half",
        result.mean(),
        Values.number(wanted.get("mean_split_half_spearman")),
        CORRELATIONS);
    test.compare(
        "Spearman-Brown",
        result.spearmanBrown(),
        Values.number(wanted.get("spearman_brown")),
        CORRELATIONS);
    test.compare(
        "one against the others",
        LeaveOneOutReliability.standard().of(List.of(raters)).mean(),
        Values.number(wanted.get("mean_leave_one_out")),
        CORRELATIONS);
  }

  /** One half, then the other. */
  private static int[] order(Object half, int raters) {
    int[] first = Values.list(half).stream().mapToInt(Values::integer).toArray();
    IntStream rest =
        IntStream.range(0, raters).filter(i -> IntStream.of(first).noneMatch(a -> a == i));
    return IntStream.concat(IntStream.of(first), rest).toArray();
  }

  private static List<Marking> fixations(ReferenceFiles folder) {
    try {
      return Markings.fixations(
          folder.folder().resolve(FIXATIONS),
          PixelOrigin.CENTRE_ONE,
          Markings.FixationWeight.EQUAL);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static Tensor npy(ReferenceFiles maps, String name) {
    try {
      return Npy.read(maps.folder().resolve(name));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
