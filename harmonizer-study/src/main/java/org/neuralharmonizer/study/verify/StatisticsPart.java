package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.alignment.LeaveOneOutReliability;
import org.neuralharmonizer.alignment.NanPolicy;
import org.neuralharmonizer.alignment.Ranking;
import org.neuralharmonizer.alignment.SpearmanCorrelation;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.Tensor;

/** Statistics of maps and raters; they need no evaluator. */
final class StatisticsPart implements Part {
  private static final String NAME = "c_stats";
  private static final String MAPS = "c_maps.safetensors";
  private static final String RATERS = "c_raters.safetensors";
  // Both sides compute in double precision from the same floats; sums differ in order only, but a
  // half's mean map is rounded to single precision before it is ranked.
  private static final Tolerance TOLERANCE = new Tolerance(1e-9, 1e-9);
  // R's and SciPy's tails of Student's t agree to about ten digits.
  private static final Tolerance TAIL = new Tolerance(1e-8, 1e-8);

  @Override
  public boolean isIn(ReferenceFiles golden) {
    return golden.has(NAME + ".json");
  }

  @Override
  public boolean reads(ReferenceFiles golden, String stem) {
    return stem.equals(NAME) || List.of(MAPS, RATERS).contains(stem + ".safetensors");
  }

  @Override
  public PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder(NAME, precision);
    golden
        .json(NAME + ".json")
        .forEach(
            (name, value) -> {
              switch (name) {
                case "vectors" -> vectors(recorder, Values.list(value));
                case "maps" -> maps(recorder, Values.list(value), golden);
                case "split_half" ->
                    recorder.run(name, test -> raters(test, Values.object(value), golden));
                case "alignment" -> recorder.run(name, test -> alignment(test, value));
                case "bootstrap" ->
                    recorder.run(name, test -> bootstrap(test, Values.object(value), golden));
                default -> recorder.notClaimed(name);
              }
            });
    return recorder.report();
  }

  private static void vectors(PartRecorder recorder, List<Object> vectors) {
    for (Object each : vectors) {
      Map<String, Object> entry = Values.object(each);
      recorder.run("vector " + entry.get("name"), test -> vector(test, entry));
    }
  }

  private static void vector(PartRecorder.Case test, Map<String, Object> entry) {
    double[] a = Values.numbers(entry.get("a"));
    double[] b = Values.numbers(entry.get("b"));
    OptionalDouble correlation = SpearmanCorrelation.between(a, b);
    entry.forEach(
        (name, expected) -> {
          switch (name) {
            case "name", "a", "b" -> {}
            case "ranks_a" -> ranks(test, name, a, expected);
            case "ranks_b" -> ranks(test, name, b, expected);
            case "rho" ->
                test.compare(name, orNan(correlation), Values.number(expected), TOLERANCE);
            case "p" -> test.compare(name, tail(correlation, a), Values.number(expected), TAIL);
            default -> test.notClaimed(name);
          }
        });
  }

  private static void ranks(PartRecorder.Case test, String name, double[] values, Object expected) {
    double[] ranks = Ranking.midRanks(values, NanPolicy.FAIL);
    test.compare(name, ranks, Values.numbers(expected), TOLERANCE);
  }

  private static double tail(OptionalDouble correlation, double[] sample) {
    return correlation.isEmpty()
        ? Double.NaN
        : orNan(SpearmanCorrelation.significance(correlation.getAsDouble(), sample.length));
  }

  private static void maps(PartRecorder recorder, List<Object> images, ReferenceFiles golden) {
    Map<String, Tensor> maps = golden.tensors(MAPS);
    for (int i = 0; i < images.size(); i++) {
      int image = i;
      Values.object(images.get(i))
          .forEach(
              (pair, value) ->
                  recorder.run(
                      "maps " + pair + " " + image,
                      test -> {
                        String[] names = pair.split("_", -1);
                        ImportanceMap first =
                            ImportanceMap.of(Values.tensor(maps, names[0]).slice(image));
                        ImportanceMap second =
                            ImportanceMap.of(Values.tensor(maps, names[1]).slice(image));
                        measures(test, first, second, Values.object(value));
                      }));
    }
  }

  /** Every measure of alignment that an entry names. */
  static void measures(
      PartRecorder.Case test,
      ImportanceMap predicted,
      ImportanceMap human,
      Map<String, Object> entry) {
    entry.forEach(
        (name, expected) -> {
          switch (name) {
            case "spearman" ->
                measure(test, name, AlignmentMeasure.spearman().score(predicted, human), expected);
            case "iou" ->
                measure(
                    test,
                    name,
                    AlignmentMeasure.intersectionOverUnion().score(predicted, human),
                    expected);
            case "dice" ->
                measure(test, name, AlignmentMeasure.dice().score(predicted, human), expected);
            default -> test.notClaimed(name);
          }
        });
  }

  /** Spearman's correlation of two maps, NaN where it is undefined. */
  static double correlation(ImportanceMap predicted, ImportanceMap human) {
    return orNan(AlignmentMeasure.spearman().score(predicted, human));
  }

  private static void measure(
      PartRecorder.Case test, String name, OptionalDouble actual, Object expected) {
    test.compare(name, orNan(actual), Values.number(expected), TOLERANCE);
  }

  private static void raters(
      PartRecorder.Case test, Map<String, Object> entry, ReferenceFiles golden) {
    List<RaterMaps> images = images(Values.tensor(golden.tensors(RATERS), "raters"));
    List<int[]> splits = Values.list(entry.get("splits")).stream().map(Values::integers).toList();
    SplitHalfReliability.Result halves = SplitHalfReliability.ofPermutations(splits).of(images);
    entry.forEach(
        (name, expected) -> {
          switch (name) {
            case "raters", "images", "size", "rule", "splits" -> {}
            case "spearman" -> splits(test, halves, Values.list(expected));
            case "mean_per_image" ->
                test.compare(name, perImage(halves), Values.numbers(expected), TOLERANCE);
            case "mean" -> test.compare(name, halves.mean(), Values.number(expected), TOLERANCE);
            case "spearman_brown_per_image" ->
                test.compare(
                    name,
                    Arrays.stream(perImage(halves))
                        .map(SplitHalfReliability::spearmanBrown)
                        .toArray(),
                    Values.numbers(expected),
                    TOLERANCE);
            case "leave_one_out_mean" ->
                test.compare(name, leftOut(images), Values.number(expected), TOLERANCE);
            default -> test.notClaimed(name);
          }
        });
  }

  private static List<RaterMaps> images(Tensor raters) {
    int people = raters.shape().extent(0);
    List<RaterMaps> images = new ArrayList<>();
    for (int i = 0; i < raters.shape().extent(1); i++) {
      int image = i;
      images.add(
          RaterMaps.of(
              "image " + i,
              Tensor.stack(
                  IntStream.range(0, people)
                      .mapToObj(rater -> raters.slice(rater).slice(image))
                      .toList())));
    }
    return images;
  }

  private static void splits(
      PartRecorder.Case test, SplitHalfReliability.Result halves, List<Object> expected) {
    for (int i = 0; i < expected.size(); i++) {
      int split = i;
      double[] actual =
          halves.images().stream().mapToDouble(image -> orNan(image.score(split))).toArray();
      test.compare("spearman of split " + i, actual, Values.numbers(expected.get(i)), TOLERANCE);
    }
  }

  private static double[] perImage(SplitHalfReliability.Result halves) {
    return halves.images().stream().mapToDouble(image -> orNan(image.mean())).toArray();
  }

  /** The mean over images and raters; the reference leaves out rater 0, who drew nothing once. */
  private static double leftOut(List<RaterMaps> images) {
    return LeaveOneOutReliability.standard().of(images).images().stream()
        .flatMapToDouble(
            image ->
                IntStream.range(1, image.size()).mapToDouble(rater -> orNan(image.score(rater))))
        .average()
        .orElse(Double.NaN);
  }

  private static void alignment(PartRecorder.Case test, Object value) {
    Map<String, Object> entry = Values.object(value);
    double mean = Arrays.stream(Values.numbers(entry.get("scores"))).average().orElse(Double.NaN);
    InterRaterCeiling ceiling =
        InterRaterCeiling.published(Values.number(entry.get("ceiling")), "reference data");
    test.compare(
        "normalised_mean",
        ceiling.normalize(mean),
        Values.number(entry.get("normalised_mean")),
        TOLERANCE);
  }

  private static void bootstrap(
      PartRecorder.Case test, Map<String, Object> entry, ReferenceFiles golden) {
    List<int[]> indices = Values.list(entry.get("indices")).stream().map(Values::integers).toList();
    Map<String, Object> sample = Values.object(golden.json(NAME + ".json").get("alignment"));
    double[] scores = Values.numbers(sample.get("scores"));
    BootstrapInterval interval = Bootstrap.ofIndices(indices).ofMean(scores);
    double[] means = new double[indices.size()];
    for (int i = 0; i < means.length; i++) {
      // The mean of one resample is where the interval of that resample taken twice begins.
      List<int[]> twice = List.of(indices.get(i), indices.get(i));
      means[i] = Bootstrap.ofIndices(twice).ofMean(scores).lower();
    }
    entry.forEach(
        (name, expected) -> {
          switch (name) {
            case "indices" -> {}
            case "means" -> test.compare(name, means, Values.numbers(expected), TOLERANCE);
            case "se_ddof1" ->
                test.compare(name, interval.standardError(), Values.number(expected), TOLERANCE);
            case "percentile_2_5_97_5" ->
                test.compare(
                    name,
                    new double[] {interval.lower(), interval.upper()},
                    Values.numbers(expected),
                    TOLERANCE);
            default -> test.notClaimed(name);
          }
        });
  }

  private static double orNan(OptionalDouble value) {
    return value.orElse(Double.NaN);
  }
}
