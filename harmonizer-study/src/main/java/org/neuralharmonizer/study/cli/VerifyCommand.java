package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.verify.BackendEvaluator;
import org.neuralharmonizer.study.verify.PartReport;
import org.neuralharmonizer.study.verify.Precision;
import org.neuralharmonizer.study.verify.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs this build against reference data. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Runs this build, on this machine and backend, against reference data: operators and"
          + " their derivatives of first and second order, the harmonization loss, whole networks"
          + " and training steps, statistics, maps, trained networks, ONNX operators and networks,"
          + " Keras' layers, people's clicks, gaze and decisions.",
      "",
      "What the folder holds is verified; what this build does not compute is counted as not"
          + " claimed, never as passed. Values are compared in the backend's single precision.",
      ""
    },
    footer = {
      "",
      "JSON: parts (list of part, passed, failed, not_claimed, worst_error, tolerance, where),"
          + " failures (list of lines), backend.",
      "",
      "Exit status 1 if anything disagrees, or if nothing at all was verified."
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description =
          "A folder with golden/, model-…/, onnx-…/ and keras-…/ below it, or a golden/ itself.")
  private Path data;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(data)) {
      throw new IllegalArgumentException(
          "--data: \"" + data + "\" is not a folder — name one that holds golden/ or is it");
    }
    try (Backend backend = common.open()) {
      List<PartReport> reports = run(backend);
      if (!common.quiet()) {
        print(reports, backend);
      }
      common.writeJson(members(reports, backend));
      return judge(reports);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private int judge(List<PartReport> reports) {
    if (reports.stream().noneMatch(report -> report.passed() > 0 || !report.agrees())) {
      throw new IllegalStateException(
          "--data: \""
              + data
              + "\" holds nothing to verify — name one that holds golden/ or is it");
    }
    long failed = reports.stream().mapToLong(report -> report.failed().size()).sum();
    if (failed > 0 && common.quiet()) {
      spec.commandLine()
          .getErr()
          .println(
              "%s: %d cases disagree with the reference — leave out --quiet to see which"
                  .formatted(spec.qualifiedName(), failed));
    }
    return reports.stream().allMatch(PartReport::agrees) ? 0 : Main.FAILURE;
  }

  private List<PartReport> run(Backend backend) {
    return Verification.run(data, new BackendEvaluator(backend), Precision.SINGLE);
  }

  private void print(List<PartReport> reports, Backend backend) {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table =
        new TextTable("part", "passed", "failed", "not claimed", "worst error", "allowed");
    for (PartReport report : reports) {
      table.row(
          report.part(),
          String.valueOf(report.passed()),
          String.valueOf(report.failed().size()),
          String.valueOf(report.notClaimed().size()),
          scientific(report.worstError()),
          scientific(report.worstTolerance()));
    }
    out.print(table);
    out.println("on backend " + backend.name() + ", " + Version.java());
    for (PartReport report : reports) {
      report.failed().forEach(line -> out.println("failed " + report.part() + ": " + line));
      report
          .notClaimed()
          .forEach(line -> out.println("not claimed " + report.part() + ": " + line));
    }
  }

  private static Map<String, Object> members(List<PartReport> reports, Backend backend) {
    List<Map<String, Object>> parts = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (PartReport report : reports) {
      Map<String, Object> part = new LinkedHashMap<>();
      part.put("part", report.part());
      part.put("passed", report.passed());
      part.put("failed", report.failed().size());
      part.put("not_claimed", report.notClaimed().size());
      part.put("worst_error", Results.number(report.worstError()));
      part.put("tolerance", report.worstTolerance());
      part.put("where", report.worstValue());
      parts.add(part);
      failures.addAll(report.failed());
    }
    return Map.of("parts", parts, "failures", failures, "backend", backend.name());
  }

  private static String scientific(double value) {
    return value == 0 ? "-" : String.format(Locale.ROOT, "%.1e", value);
  }
}
