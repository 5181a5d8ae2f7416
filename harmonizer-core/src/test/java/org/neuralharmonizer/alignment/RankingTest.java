package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.testing.Json;

class RankingTest {
  @Test
  void ranksEqualTheReference() {
    for (Object each : Json.list(Reference.statistics().get("vectors"))) {
      Map<String, Object> vector = Json.object(each);
      for (String name : new String[] {"a", "b"}) {
        double[] ranks = Ranking.midRanks(Json.doubles(vector.get(name)), NanPolicy.FAIL);

        assertThat(ranks)
            .as("%s of %s", name, vector.get("name"))
            .containsExactly(Json.doubles(vector.get("ranks_" + name)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 31, 67, 1000, 4097, 10000})
  void ranksEqualThoseOfCommonsMath(int n) {
    for (int kinds : new int[] {1, 2, 50, Integer.MAX_VALUE}) {
      long seed = 31L * n + kinds;
      double[] values = values(SeededRandom.of(seed), n, kinds);

      assertThat(Ranking.midRanks(values, NanPolicy.FAIL))
          .as("seed %d", seed)
          .containsExactly(oracle(values));
      float[] narrow = narrowed(values);
      assertThat(Ranking.midRanks(narrow, NanPolicy.FAIL))
          .as("seed %d, float", seed)
          .containsExactly(oracle(widened(narrow)));
    }
  }

  @Test
  void neighboursInTheLastPlaceAreToldApart() {
    double[] values = {
      1, Math.nextUp(1), Math.nextDown(1), -1, Math.nextUp(-1), Double.MIN_VALUE, 0
    };

    assertThat(Ranking.midRanks(values, NanPolicy.FAIL)).containsExactly(6, 7, 5, 1, 2, 4, 3);
  }

  @Test
  void manyNeighboursInTheLastPlacesAreToldApart() {
    // Equal in the high half of their bits, so that the low half alone orders them.
    SeededRandom random = SeededRandom.of(8);
    double[] values = new double[3000];
    Arrays.setAll(values, i -> 1 + random.nextInt(2000) * 0x1p-52);

    assertThat(Ranking.midRanks(values, NanPolicy.FAIL)).containsExactly(oracle(values));
  }

  @Test
  void signedZerosTieAndInfinitiesLieAtTheEnds() {
    float inf = Float.POSITIVE_INFINITY;

    assertThat(Ranking.midRanks(new float[] {-0f, 0f, inf, -inf, 1}, NanPolicy.FAIL))
        .containsExactly(2.5, 2.5, 5, 1, 4);
    assertThat(Ranking.midRanks(new double[] {-0.0, 0.0, inf, -inf, 1}, NanPolicy.FAIL))
        .containsExactly(2.5, 2.5, 5, 1, 4);
  }

  @Test
  void nanIsTreatedAsThePolicySays() {
    // Two NaN of other bits and sign: still one value, still above infinity.
    float other = Float.intBitsToFloat(0xffc12345);
    float[] values = {3, Float.NaN, 1, other, Float.POSITIVE_INFINITY};

    assertThat(Ranking.midRanks(values, NanPolicy.HIGHEST)).containsExactly(2, 4.5, 1, 4.5, 3);
    assertThat(Ranking.midRanks(values, NanPolicy.KEEP))
        .containsExactly(2, Double.NaN, 1, Double.NaN, 3);
    assertThatThrownBy(() -> Ranking.midRanks(values, NanPolicy.FAIL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ranking: NaN at position 1 — remove it, or choose NanPolicy.HIGHEST or KEEP");
  }

  @Test
  void nothingHasNoRanks() {
    assertThat(Ranking.midRanks(new float[0], NanPolicy.FAIL)).isEmpty();
    assertThat(Ranking.midRanks(new double[0], NanPolicy.FAIL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void ranksStayUnderRisingTransformations(long seed) {
    double[] values = values(SeededRandom.of(seed), 500, 100);
    double[] transformed = Arrays.stream(values).map(value -> Math.exp(value) * 3 - 7).toArray();

    assertThat(Ranking.midRanks(transformed, NanPolicy.FAIL))
        .as("seed %d", seed)
        .containsExactly(Ranking.midRanks(values, NanPolicy.FAIL));
  }

  /** Normal values, or one of a number of multiples of a quarter, both signs. */
  private static double[] values(SeededRandom random, int n, int kinds) {
    double[] values = new double[n];
    Arrays.setAll(
        values,
        i ->
            kinds == Integer.MAX_VALUE
                ? random.nextGaussian()
                : (random.nextInt(kinds) - kinds / 2) / 4.0);
    return values;
  }

  private static double[] oracle(double[] values) {
    // Commons Math tells −0.0 from 0.0; adding 0 makes them one.
    double[] canonical = Arrays.stream(values).map(value -> value + 0.0).toArray();
    return new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(canonical);
  }

  private static float[] narrowed(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
