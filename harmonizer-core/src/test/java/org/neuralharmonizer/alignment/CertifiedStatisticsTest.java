package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.testing.ReferenceData;

/** Means and deviations of NIST's reference sets, whose certified values have 15 digits. */
class CertifiedStatisticsTest {
  /** Sums in double of a thousand values: some units in the last place. */
  private static final double MEAN = 1e-14;

  /** The values 1000000.1 … of NumAcc3 are rounded to 1e-10, a billionth of their deviation. */
  private static final double RATIO = 2e-9;

  @ParameterizedTest
  @CsvSource({"Michelso,299.8524,0.0790105478190518", "NumAcc3,1000000.2,0.1"})
  void meansAndDeviationsAreThoseCertified(String set, double mean, double deviation)
      throws IOException {
    double[] values = values(set);

    double ratio =
        PairedComparison.of(values, new double[values.length], 1)
            .standardizedDifference()
            .orElseThrow();

    assertThat(Bootstrap.seeded(1).ofMean(values).mean()).isCloseTo(mean, within(MEAN * mean));
    assertThat(ratio).isCloseTo(mean / deviation, within(RATIO * mean / deviation));
  }

  private static double[] values(String set) throws IOException {
    return Files.readAllLines(
            ReferenceData.folder("statistics").resolve("nist").resolve(set + ".txt"))
        .stream()
        .skip(60)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
