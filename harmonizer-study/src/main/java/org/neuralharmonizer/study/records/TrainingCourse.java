package org.neuralharmonizer.study.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.AtomicFiles;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.study.report.Csv;
import org.neuralharmonizer.train.TrainingListener;

/**
 * Writes what becomes of a network while it trains: after each epoch a line of {@code epochs.jsonl}
 * and {@code epochs.csv}, with its losses and its scores on held-out images, and the network itself
 * where it is the best so far, as {@code best-accuracy.safetensors} and {@code
 * best-alignment.safetensors}.
 *
 * <p>A resumed run replaces the lines of epochs that it does again, which are the same up to the
 * time they took, and knows from the others what was best. Each file is whole at any instant.
 */
public final class TrainingCourse implements TrainingListener {
  private static final String FILE = "epochs.jsonl";
  private static final String TABLE = "epochs.csv";
  private static final String EPOCH = "epoch";
  private static final String ACCURACY = "held_out_accuracy";
  private static final String ALIGNMENT = "held_out_spearman";

  private final Path folder;
  private final Function<Parameters, SourceScores> scores;
  private final Map<String, String> metadata;
  private final int every;
  private final TrainingListener next;
  private final List<Map<String, ?>> lines = new ArrayList<>();

  private TrainingCourse(
      Path folder,
      Function<Parameters, SourceScores> scores,
      Map<String, String> metadata,
      int every,
      TrainingListener next) {
    this.folder = folder;
    this.scores = scores;
    this.metadata = metadata;
    this.every = every;
    this.next = next;
  }

  /**
   * In a folder, which is made if it is not there.
   *
   * @param scores of values of the network on held-out images
   * @param metadata of the networks that it writes
   * @param every after how many epochs the network is scored, and after the last
   * @param next is told everything too
   * @throws IOException if lines of an earlier run are there and cannot be read
   */
  public static TrainingCourse in(
      Path folder,
      Function<Parameters, SourceScores> scores,
      Map<String, String> metadata,
      int every,
      TrainingListener next)
      throws IOException {
    if (every < 1) {
      throw new IllegalArgumentException(
          "course of training: scored every %d epochs — give at least 1".formatted(every));
    }
    Files.createDirectories(folder);
    TrainingCourse course = new TrainingCourse(folder, scores, Map.copyOf(metadata), every, next);
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        course.lines.add(parsed(file, line));
      }
    }
    return course;
  }

  private static Map<String, ?> parsed(Path file, String line) throws IOException {
    if (Json.parse(line) instanceof Map<?, ?> members && members.get(EPOCH) instanceof Number) {
      Map<String, Object> copied = new LinkedHashMap<>();
      members.forEach((name, value) -> copied.put(String.valueOf(name), value));
      return copied;
    }
    throw new MalformedFileException(
        "read \"" + file + "\": a line is no epoch — name another folder, or remove the file");
  }

  @Override
  public void stepped(Step step) {
    next.stepped(step);
  }

  @Override
  public void epochEnded(Epoch epoch, Supplier<Parameters> parameters) {
    boolean isScored = epoch.number() % every == 0 || epoch.number() == epoch.of();
    lines.removeIf(line -> number(line, EPOCH) >= epoch.number());
    try {
      lines.add(members(epoch, isScored ? scored(parameters.get()) : null));
      write();
    } catch (IOException e) {
      throw new UncheckedIOException("course of training: " + e.getMessage(), e);
    }
    next.epochEnded(epoch, parameters);
  }

  private SourceScores scored(Parameters values) throws IOException {
    SourceScores found = scores.apply(values);
    keepBest(ACCURACY, "best-accuracy.safetensors", found.accuracy(), values);
    keepBest(ALIGNMENT, "best-alignment.safetensors", found.spearman().mean(), values);
    return found;
  }

  private void keepBest(String score, String file, double value, Parameters values)
      throws IOException {
    double best =
        lines.stream()
            .mapToDouble(line -> number(line, score))
            .filter(Double::isFinite)
            .max()
            .orElse(Double.NEGATIVE_INFINITY);
    if (value > best) {
      Map<String, String> said = new LinkedHashMap<>(metadata);
      said.put(score, String.valueOf(value));
      ParameterFiles.save(folder.resolve(file), values, said);
    }
  }

  private static double number(Map<String, ?> line, String name) {
    return line.get(name) instanceof Number value ? value.doubleValue() : Double.NaN;
  }

  private static Map<String, ?> members(Epoch epoch, @Nullable SourceScores found) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put(EPOCH, epoch.number());
    members.put("loss", finite(epoch.losses().total()));
    members.put("cross_entropy", finite(epoch.losses().crossEntropy()));
    members.put("harmonization", finite(epoch.losses().harmonization()));
    members.put("weight_decay", finite(epoch.losses().weightDecay()));
    members.put("accuracy", finite(epoch.accuracy()));
    members.put("explanation_deviation", finite(epoch.explanationDeviation()));
    members.put(ACCURACY, found == null ? null : finite(found.accuracy()));
    members.put(ALIGNMENT, found == null ? null : finite(found.spearman().mean()));
    members.put(
        "held_out_spearman_standard_error",
        found == null ? null : finite(found.spearman().standardError()));
    members.put("seconds", finite(epoch.seconds()));
    return members;
  }

  /** JSON has no word for what is not finite. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Json.format(line)).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(bytes));
    List<String> table = new ArrayList<>();
    table.add(Csv.line(lines.get(0).keySet().toArray()));
    for (Map<String, ?> line : lines) {
      table.add(Csv.line(line.values().stream().map(each -> each == null ? "" : each).toArray()));
    }
    Csv.write(folder.resolve(TABLE), table);
  }
}
