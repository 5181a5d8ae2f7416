package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;

class SpearmanCorrelationTest {
  private static final AlignmentMeasure SPEARMAN = AlignmentMeasure.spearman();

  @Test
  void vectorsEqualTheReference() {
    for (Object each : Json.list(Reference.statistics().get("vectors"))) {
      Map<String, Object> vector = Json.object(each);
      double[] a = Json.doubles(vector.get("a"));
      OptionalDouble rho = SpearmanCorrelation.between(a, Json.doubles(vector.get("b")));

      assertSame(rho, vector.get("rho"), Reference.DOUBLE, vector.get("name"));
      if (rho.isPresent()) {
        OptionalDouble p = SpearmanCorrelation.significance(rho.getAsDouble(), a.length);
        assertSame(p, vector.get("p"), Reference.DOUBLE, vector.get("name"));
      }
    }
  }

  @Test
  void mapsEqualTheReference() {
    Map<String, Tensor> maps = Reference.maps();
    List<Object> wanted = Json.list(Reference.statistics().get("maps"));
    for (int i = 0; i < wanted.size(); i++) {
      ImportanceMap a = ImportanceMap.of(maps.get("A").slice(i));
      for (String other : new String[] {"B", "H"}) {
        Object pair = Json.object(wanted.get(i)).get("A_" + other);
        ImportanceMap b = ImportanceMap.of(maps.get(other).slice(i));

        assertSame(
            SPEARMAN.score(a, b), Json.object(pair).get("spearman"), Reference.DOUBLE, other + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"longley", "swiss", "airquality"})
  void tablesEqualThoseOfR(String table) {
    Path folder = ReferenceData.folder("statistics");
    double[][] columns = columns(folder.resolve(table + ".csv"), 0);
    double[][] rho = columns(folder.resolve(table + "_spearman.csv"), 1);
    double[][] p = columns(folder.resolve(table + "_spearman_p.csv"), 1);
    for (int i = 0; i < columns.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        double[][] complete = completePairs(columns[i], columns[j]);
        double correlation =
            SpearmanCorrelation.between(complete[0], complete[1]).orElse(Double.NaN);

        assertThat(correlation).isCloseTo(rho[i][j], within(Reference.DOUBLE));
        assertThat(SpearmanCorrelation.significance(correlation, complete[0].length).orElse(-1))
            .isCloseTo(p[i][j], within(Reference.DOUBLE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void itIsSymmetricBoundedAndBlindToRisingTransformations(long seed) {
    SeededRandom random = SeededRandom.of(seed);
    Tensor first = Tensor.generate(Shape.of(37, 23), i -> random.nextInt(200));
    Tensor second =
        Tensor.generate(Shape.of(37, 23), i -> first.value(i) + 80 * random.nextGaussian());
    ImportanceMap a = ImportanceMap.of(first);
    ImportanceMap b = ImportanceMap.of(second);
    // Exact in float for these whole numbers, so no new ties.
    ImportanceMap risen =
        ImportanceMap.of(Tensor.generate(first.shape(), i -> 3 * first.value(i) - 5));
    ImportanceMap fallen = ImportanceMap.of(Tensor.generate(first.shape(), i -> -first.value(i)));

    double score = SPEARMAN.score(a, b).getAsDouble();

    assertThat(score).as("seed %d", seed).isBetween(0.2, 0.9);
    assertThat(SPEARMAN.score(b, a)).hasValue(score);
    assertThat(SPEARMAN.score(risen, b)).hasValue(score);
    assertThat(SPEARMAN.score(fallen, b)).hasValue(-score);
    assertThat(SPEARMAN.score(a, a)).hasValue(1);
    assertThat(SPEARMAN.score(a, fallen)).hasValue(-1);
  }

  @Test
  void aConstantMapHasNoCorrelation() {
    ImportanceMap constant = ImportanceMap.of(2, 2, 3, 3, 3, 3);
    ImportanceMap other = ImportanceMap.of(2, 2, 1, 2, 3, 4);

    assertThat(SPEARMAN.score(constant, other)).isEmpty();
    assertThat(SPEARMAN.score(other, constant)).isEmpty();
    assertThat(SPEARMAN.score(ImportanceMap.of(1, 1, 2), ImportanceMap.of(1, 1, 5))).isEmpty();
    assertThat(SpearmanCorrelation.between(new double[0], new double[0])).isEmpty();
  }

  @Test
  void mistakesAreNamed() {
    ImportanceMap small = ImportanceMap.of(1, 2, 1, 2);
    ImportanceMap large = ImportanceMap.of(2, 2, 1, 2, 3, 4);

    assertThatThrownBy(() -> SPEARMAN.score(small, large))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "spearman: predicted map is 1 × 2, human map 2 × 2"
                + " — resize one of them with Resampling");
    assertThatThrownBy(() -> SpearmanCorrelation.between(new double[] {1, 2}, new double[] {1}))
        .hasMessage("spearman: series of 2 and 1 values — must be equal");
    assertThatThrownBy(
            () -> SpearmanCorrelation.between(new double[] {1, 2}, new double[] {1, Double.NaN}))
        .hasMessage("spearman: NaN at position 1 — leave out incomplete pairs");
    assertThatThrownBy(() -> SpearmanCorrelation.significance(1.5, 10))
        .hasMessage("spearman significance: correlation 1.5 is not in [-1, 1]");
  }

  private static void assertSame(
      OptionalDouble actual, Object wanted, double tolerance, Object what) {
    if (wanted == null) {
      assertThat(actual).as("%s", what).isEmpty();
    } else {
      assertThat(actual.orElseThrow()).as("%s", what).isCloseTo((Double) wanted, within(tolerance));
    }
  }

  private static double[][] completePairs(double[] first, double[] second) {
    double[][] complete = new double[2][first.length];
    int n = 0;
    for (int i = 0; i < first.length; i++) {
      if (!Double.isNaN(first[i] + second[i])) {
        complete[0][n] = first[i];
        complete[1][n++] = second[i];
      }
    }
    return new double[][] {Arrays.copyOf(complete[0], n), Arrays.copyOf(complete[1], n)};
  }

  /** The columns of a table with a header line, from a column on; NA is NaN. */
  private static double[][] columns(Path file, int from) {
    try {
      List<String[]> lines =
          Files.readAllLines(file).stream().skip(1).map(line -> line.split(",")).toList();
      double[][] columns = new double[lines.get(0).length - from][lines.size()];
      for (int row = 0; row < lines.size(); row++) {
        for (int column = 0; column < columns.length; column++) {
          String cell = lines.get(row)[column + from].trim();
          columns[column][row] = cell.equals("NA") ? Double.NaN : Double.parseDouble(cell);
        }
      }
      return columns;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
