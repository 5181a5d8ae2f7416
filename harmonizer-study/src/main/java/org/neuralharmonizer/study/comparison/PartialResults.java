package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.MalformedFileException;

/**
 * What a study has done, one file per network, each written whole or not at all; of a network that
 * was interrupted the first images. A file is used again only if everything its numbers depend on
 * is the same.
 */
final class PartialResults {
  private static final String RATERS = "spearman_rater_deviation";

  private final Path folder;

  PartialResults(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /**
   * The images of a network that were scored before, from the first on.
   *
   * @param origin everything the scores depend on
   */
  List<ImageScores> find(String network, String origin) throws IOException {
    Path file = file(network);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      Map<?, ?> stored = (Map<?, ?>) Json.read(file);
      if (!origin.equals(stored.get("origin"))) {
        return List.of();
      }
      List<ImageScores> images = new ArrayList<>();
      for (Object each : (List<?>) stored.get("images")) {
        images.add(image((Map<?, ?>) each));
      }
      return images;
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new MalformedFileException(
          "read \"" + file + "\": not results of a study — delete the file to compute them", e);
    }
  }

  void save(String network, String origin, List<ImageScores> images) throws IOException {
    Map<String, Object> stored = new LinkedHashMap<>();
    stored.put("network", network);
    stored.put("origin", origin);
    stored.put("images", images.stream().map(PartialResults::members).toList());
    Json.write(file(network), stored);
  }

  static Map<String, @Nullable Object> members(ImageScores image) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("id", image.id());
    members.put("label", image.label());
    members.put("predicted", image.predicted());
    for (Measure measure : Measure.values()) {
      if (image.scores().containsKey(measure)) {
        double score = image.score(measure);
        // JSON has no NaN.
        members.put(measure.key(), Double.isNaN(score) ? null : score);
      }
    }
    if (!Double.isNaN(image.raterDeviation())) {
      members.put(RATERS, image.raterDeviation());
    }
    return members;
  }

  private static ImageScores image(Map<?, ?> stored) {
    Map<Measure, Double> scores = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      if (stored.containsKey(measure.key())) {
        Object score = stored.get(measure.key());
        scores.put(measure, score == null ? Double.NaN : ((Number) score).doubleValue());
      }
    }
    return new ImageScores(
        (String) stored.get("id"),
        ((Number) stored.get("label")).intValue(),
        ((Number) stored.get("predicted")).intValue(),
        scores,
        stored.containsKey(RATERS) ? ((Number) stored.get(RATERS)).doubleValue() : Double.NaN);
  }

  /** Names may hold what file names must not, and differ in that alone. */
  private Path file(String network) {
    String readable = network.replaceAll("[^A-Za-z0-9._-]", "_");
    UUID unique = UUID.nameUUIDFromBytes(network.getBytes(StandardCharsets.UTF_8));
    return folder.resolve(readable + "-" + unique.toString().substring(0, 8) + ".json");
  }
}
