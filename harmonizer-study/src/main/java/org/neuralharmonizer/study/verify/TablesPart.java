package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.PairedComparison;
import org.neuralharmonizer.alignment.SpearmanCorrelation;

/**
 * Rank correlations and their significance beside R's on tables of real measurements, and means and
 * deviations beside those that NIST certifies. It needs no evaluator.
 */
final class TablesPart implements Part {
  private static final String RHO = "_spearman.csv";
  private static final String SIGNIFICANCE = "_spearman_p.csv";
  private static final String NIST = "nist";

  /** What a line of data is, and no line of a header. */
  private static final String NUMBER = "-?\\d+(\\.\\d*)?([eE][-+]?\\d+)?";

  /** Ranks in double precision; R's tables have 17 digits. */
  private static final Tolerance CORRELATIONS = new Tolerance(1e-12, 1e-12);

  /** Certified to 15 digits; a sum in double of thousands of values keeps all but some units. */
  private static final Tolerance MEAN = new Tolerance(1e-13, 1e-13);

  /** Doubles near the 10000000.2 of NumAcc4 are 2e-9 apart, the 2e-8th part of its deviation. */
  private static final Tolerance DEVIATION = new Tolerance(2e-8, 2e-8);

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.names().contains(NIST) && folder.names().stream().anyMatch(n -> n.endsWith(RHO));
  }

  @Override
  public PartReport run(ReferenceFiles folder, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("tables", precision);
    for (String name : folder.names()) {
      if (name.endsWith(RHO)) {
        String table = name.substring(0, name.length() - RHO.length());
        recorder.run(table, test -> correlations(test, folder, table));
      }
    }
    ReferenceFiles nist = folder.at(NIST);
    for (String name : nist.names()) {
      if (name.endsWith(".txt")) {
        recorder.run(name, test -> certified(test, lines(nist, name)));
      }
    }
    return recorder.report();
  }

  private static void correlations(PartRecorder.Case test, ReferenceFiles folder, String table) {
    double[][] columns = columns(lines(folder, table + ".csv"), 0);
    double[][] rho = columns(lines(folder, table + RHO), 1);
    boolean tested = folder.has(table + SIGNIFICANCE);
    double[][] p = tested ? columns(lines(folder, table + SIGNIFICANCE), 1) : new double[0][];
    for (int i = 0; i < columns.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        double[] first = columns[i];
        double[] second = columns[j];
        int[] complete =
            IntStream.range(0, first.length)
                .filter(row -> !Double.isNaN(first[row]) && !Double.isNaN(second[row]))
                .toArray();
        double found =
            SpearmanCorrelation.between(rows(first, complete), rows(second, complete))
                .orElse(Double.NaN);
        test.compare("rho", found, rho[i][j], CORRELATIONS);
        if (tested) {
          double significance =
              SpearmanCorrelation.significance(found, complete.length).orElse(Double.NaN);
          test.compare("p", significance, p[i][j], CORRELATIONS);
        }
      }
    }
  }

  private static double[] rows(double[] column, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> column[row]).toArray();
  }

  private static double[][] columns(List<String> lines, int first) {
    List<String[]> cells = new ArrayList<>();
    lines.subList(1, lines.size()).forEach(line -> cells.add(line.split(",", -1)));
    double[][] columns = new double[cells.get(0).length - first][cells.size()];
    for (int row = 0; row < cells.size(); row++) {
      for (int column = 0; column < columns.length; column++) {
        String cell = cells.get(row)[column + first].strip();
        columns[column][row] =
            cell.isEmpty() || cell.equals("NA") ? Double.NaN : Double.parseDouble(cell);
      }
    }
    return columns;
  }

  private static void certified(PartRecorder.Case test, List<String> lines) {
    double mean = header(lines, "Sample Mean|mean");
    double deviation = header(lines, "Sample Standard Deviation|standardDeviation");
    double[] values =
        lines.stream()
            .map(String::strip)
            .filter(line -> line.matches(NUMBER))
            .mapToDouble(Double::parseDouble)
            .toArray();
    test.compare("mean", Bootstrap.seeded(1).ofMean(values).mean(), mean, MEAN);
    double ratio =
        PairedComparison.of(values, new double[values.length], 1)
            .standardizedDifference()
            .orElse(Double.NaN);
    test.compare("mean by deviation", ratio, mean / deviation, DEVIATION);
  }

  /** NIST's own header, and the shorter one in which some copies of the sets come. */
  private static double header(List<String> lines, String name) {
    Pattern line = Pattern.compile("(" + name + ")\\b.*[:=]\\s*(" + NUMBER + ")\\s*");
    return lines.stream()
        .map(line::matcher)
        .filter(Matcher::matches)
        .mapToDouble(found -> Double.parseDouble(found.group(2)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> lines(ReferenceFiles folder, String name) {
    try {
      return Files.readAllLines(folder.folder().resolve(name));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
