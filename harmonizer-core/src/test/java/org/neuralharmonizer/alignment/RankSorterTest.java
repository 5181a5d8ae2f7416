package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class RankSorterTest {
  /** Shorter ones before longer ones and after: the sorter is used again. */
  private static final int[] LENGTHS =
      IntStream.concat(
              IntStream.rangeClosed(1, 67),
              IntStream.of(65537, 998, 999, 1000, 1001, 1023, 1024, 50176, 4097))
          .toArray();

  /** Values of one kind, drawn one after another. */
  private record Kind(String name, ToDoubleFunction<SeededRandom> draw) {
    float[] floats(int n) {
      float[] values = new float[n];
      double[] wide = doubles(n);
      for (int i = 0; i < n; i++) {
        values[i] = (float) wide[i];
      }
      return values;
    }

    double[] doubles(int n) {
      SeededRandom random = SeededRandom.of(n).stream(name.hashCode());
      double[] values = new double[n];
      Arrays.setAll(values, i -> draw.applyAsDouble(random));
      return values;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("normal", SeededRandom::nextGaussian),
        new Kind("constant", random -> 3),
        new Kind("coins", random -> random.nextInt(2)),
        new Kind("counts", random -> random.nextInt(30)),
        new Kind("mostly zero", random -> Math.max(0, Math.rint(10 * random.nextGaussian()))),
        new Kind("signed zeros", random -> random.nextInt(3) * 0.0 * random.nextGaussian()),
        new Kind("in pairs", random -> Math.rint(20000 * random.nextDouble())),
        new Kind("neighbours in float", random -> Float.intBitsToFloat(random.nextInt(300))),
        new Kind("one bucket", random -> 1 + random.nextInt(64) * 0x1p-23),
        new Kind("few buckets", random -> 1e6 + random.nextInt(5000) * 0x1p-4),
        new Kind("all magnitudes", random -> magnitude(random, 37)));
  }

  static Stream<Kind> kindsOfDoubles() {
    return Stream.concat(
        kinds(),
        Stream.of(
            new Kind("equal in float", random -> 1 + random.nextInt(2000) * 0x1p-52),
            new Kind("in and beyond float", random -> magnitude(random, 300)),
            new Kind("in time", random -> 1.7e9 + 3600 * random.nextDouble()),
            new Kind(
                "infinities",
                random ->
                    random.nextInt(3) == 0
                        ? Double.POSITIVE_INFINITY * (random.nextDouble() - 0.5)
                        : random.nextInt(50))));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void ranksOfMapsEqualThoseOfASortByComparison(Kind kind) {
    RankSorter sorter = new RankSorter();
    CentredRanks ranks = new CentredRanks();
    for (int n : LENGTHS) {
      float[] values = kind.floats(n);
      double[] wide = new double[n];
      Arrays.setAll(wide, i -> values[i]);

      sorter.rank(map(values), ranks);

      assertThat(ranks(ranks, n)).as("%d values", n).isEqualTo(byComparison(wide));
    }
  }

  @ParameterizedTest
  @MethodSource("kindsOfDoubles")
  void ranksOfDoublesEqualThoseOfASortByComparison(Kind kind) {
    RankSorter sorter = new RankSorter();
    CentredRanks ranks = new CentredRanks();
    for (int n : LENGTHS) {
      double[] values = kind.doubles(n);

      sorter.rank(values, ranks);

      assertThat(ranks(ranks, n)).as("%d values", n).isEqualTo(byComparison(values));
    }
  }

  @Test
  void everyNanIsAboveInfinityAndTiesWithTheOthers() {
    double other = Double.longBitsToDouble(0xfff8000000012345L);
    for (int n : new int[] {7, 2000}) {
      double[] values = new double[n];
      Arrays.setAll(values, i -> i);
      values[1] = Double.NaN;
      values[2] = Double.POSITIVE_INFINITY;
      values[5] = other;
      CentredRanks ranks = new CentredRanks();

      new RankSorter().rank(values, ranks);

      assertThat(ranks.rank(2)).isEqualTo(n - 5);
      assertThat(ranks.rank(1)).isEqualTo(n - 2);
      assertThat(ranks.rank(5)).isEqualTo(n - 2);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void correlationsEqualThoseOfCommonsMath(Kind kind) {
    AlignmentMeasure spearman = AlignmentMeasure.spearman();
    for (int n : new int[] {2, 3, 67, 999, 1000, 1023, 1024, 4097, 50176}) {
      float[] first = kind.floats(n);
      SeededRandom random = SeededRandom.of(n);
      float[] second = new float[n];
      for (int i = 0; i < n; i++) {
        second[i] = random.nextInt(3) == 0 ? random.nextInt(7) : first[i];
      }
      double[] wideFirst = canonical(first);
      double[] wideSecond = canonical(second);

      OptionalDouble actual = spearman.score(map(first), map(second));

      // NaN on both sides where a map is constant.
      assertThat(Double.valueOf(actual.orElse(Double.NaN)))
          .as("%d values", n)
          .isCloseTo(
              new SpearmansCorrelation().correlation(wideFirst, wideSecond),
              within(Reference.DOUBLE));
      assertThat(SpearmanCorrelation.between(wideFirst, wideSecond))
          .as("%d values as doubles", n)
          .isEqualTo(actual);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSumOfSquaresByTiesIsThatOfTheRanks(Kind kind) {
    for (int n : new int[] {1, 2, 66, 1001, 50176}) {
      CentredRanks ranks = new CentredRanks();
      new RankSorter().rank(map(kind.floats(n)), ranks);
      long sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (long) ranks.rank(i) * ranks.rank(i);
      }

      assertThat(ranks.sumOfSquares()).as("%d values", n).isEqualTo((double) sum);
    }
  }

  /** Normal mantissas with exponents spread evenly. */
  private static double magnitude(SeededRandom random, int decades) {
    double exponent = random.nextDouble(-decades, decades);
    return StrictMath.pow(10, exponent) * random.nextGaussian();
  }

  private static ImportanceMap map(float[] values) {
    return ImportanceMap.of(Tensor.of(Shape.of(1, values.length), values));
  }

  /** Commons Math tells −0.0 from 0.0; adding 0 makes them one. */
  private static double[] canonical(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i] + 0.0);
    return wide;
  }

  private static int[] ranks(CentredRanks ranks, int n) {
    return IntStream.range(0, n).map(ranks::rank).toArray();
  }

  /** 2 · rank − n − 1 by the definition: as many as are below, less as many as are above. */
  private static int[] byComparison(double[] values) {
    double[] plain = Arrays.stream(values).map(value -> value + 0.0).toArray();
    Integer[] order = IntStream.range(0, plain.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (i, j) -> Double.compare(plain[i], plain[j]));
    int[] ranks = new int[plain.length];
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && plain[order[to]] == plain[order[from]]) {
        to++;
      }
      for (int place = from; place < to; place++) {
        ranks[order[place]] = from - (order.length - to);
      }
      from = to;
    }
    return ranks;
  }
}
