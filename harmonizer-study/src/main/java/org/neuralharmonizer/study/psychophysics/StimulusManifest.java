package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.neuralharmonizer.io.CsvLines;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.psychophysics.Region;
import org.neuralharmonizer.psychophysics.RevealLevels;

/**
 * The stimuli of a folder, as {@link StimulusFiles} has written them: every image at every level,
 * the last of which is the whole image.
 *
 * @param folder where the pictures are
 * @param stimuli in the order of the manifest
 */
public record StimulusManifest(Path folder, List<Stimulus> stimuli) {
  private static final int MOST_LEVELS = 1000;
  private static final int LARGEST = 1 << 26;

  public StimulusManifest {
    stimuli = List.copyOf(stimuli);
  }

  /**
   * Reads the manifest of a folder, which may come from anywhere: files are named beside it, never
   * elsewhere.
   *
   * @throws MalformedFileException if a line has another form, a stimulus comes twice, or images
   *     have different levels
   * @throws IOException if it cannot be read
   */
  public static StimulusManifest read(Path folder) throws IOException {
    Path file = folder.resolve(StimulusFiles.MANIFEST);
    List<Stimulus> stimuli = new ArrayList<>();
    Set<String> met = new HashSet<>();
    Map<Integer, Double> percents = new TreeMap<>();
    CsvLines.read(
        file,
        List.of(StimulusFiles.HEADER.split(",")),
        line -> {
          Stimulus next = stimulus(line);
          if (!met.add(next.file()) || !met.add(next.image() + "/" + next.level())) {
            throw line.wrong("the stimulus comes twice", "remove one");
          }
          Double before = percents.put(next.level(), next.percent());
          if (before != null && before != next.percent()) {
            throw line.wrong(
                "level " + next.level() + " is " + next.percent() + " % here and " + before,
                "give one percentage to each level");
          }
          stimuli.add(next);
        });
    StimulusManifest manifest = new StimulusManifest(folder, stimuli);
    manifest.requireComplete(file, percents.size());
    return manifest;
  }

  /**
   * The settings with which the stimuli were drawn.
   *
   * @throws MalformedFileException if the file beside the manifest does not hold them
   * @throws IOException if it cannot be read
   */
  public StimulusSettings settings() throws IOException {
    Path file = folder.resolve(StimulusFiles.SETTINGS);
    try {
      Map<?, ?> stored = (Map<?, ?>) Json.read(file);
      List<Double> percents =
          ((List<?>) stored.get("percents")).stream().map(each -> (Double) each).toList();
      return new StimulusSettings(
          ((Number) stored.get("size")).intValue(),
          new RevealLevels(percents),
          ((Number) stored.get("budget")).intValue(),
          StimulusSettings.Order.valueOf((String) stored.get("order")),
          StimulusSettings.Growth.valueOf((String) stored.get("growth")),
          StimulusSettings.Background.valueOf((String) stored.get("background")),
          Long.parseLong((String) stored.get("seed")));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new MalformedFileException(
          "read \"" + file + "\": not the settings of stimuli — draw them again", e);
    }
  }

  private static Stimulus stimulus(CsvLines.Line line) throws IOException {
    String file = line.text("file");
    if (!file.matches("[^/\\\\:]+[.]png") || file.startsWith(".")) {
      throw line.wrong(
          "file is " + MalformedFileException.quote(file), "name a .png file in the same folder");
    }
    Region.Box box =
        new Region.Box(
            number(line, "box_y", 0, LARGEST),
            number(line, "box_x", 0, LARGEST),
            number(line, "box_height", 1, LARGEST),
            number(line, "box_width", 1, LARGEST));
    double percent = line.number("percent");
    if (!(percent > 0 && percent <= 100)) {
      throw line.wrong("percent is " + percent, "give above 0 to 100");
    }
    return new Stimulus(
        file,
        line.text("image"),
        line.optional("label").orElse(""),
        number(line, "level", 0, MOST_LEVELS),
        percent,
        number(line, "pixels", 1, LARGEST),
        seed(line),
        box,
        number(line, "set", 0, MOST_LEVELS));
  }

  private static int number(CsvLines.Line line, String column, int least, int most)
      throws IOException {
    int number = line.whole(column);
    if (number < least || number > most) {
      throw line.wrong(column + " is " + number, "give " + least + " to " + most);
    }
    return number;
  }

  /** Longer than the digits of a double. */
  private static long seed(CsvLines.Line line) throws IOException {
    try {
      return Long.parseLong(line.text("seed"));
    } catch (NumberFormatException e) {
      throw line.wrong(
          "seed is " + MalformedFileException.quote(line.text("seed")), "give a whole number");
    }
  }

  private void requireComplete(Path file, int levels) throws MalformedFileException {
    Map<String, Long> counts =
        stimuli.stream().collect(Collectors.groupingBy(Stimulus::image, Collectors.counting()));
    boolean isComplete =
        levels >= 2
            && counts.values().stream().allMatch(count -> count == levels)
            && stimuli.stream().allMatch(each -> each.level() < levels);
    if (!isComplete) {
      throw MalformedFileException.of(
          file.toString(),
          "not every image comes once at each of %d levels".formatted(levels),
          "draw the stimuli again");
    }
  }

  /** Number of levels, that of the whole image included. */
  public int levels() {
    return stimuli.stream().mapToInt(Stimulus::level).max().orElse(-1) + 1;
  }

  /** The images, in order. */
  public List<String> images() {
    return stimuli.stream().map(Stimulus::image).distinct().toList();
  }

  /** One stimulus. */
  public Stimulus at(String image, int level) {
    return stimuli.stream()
        .filter(each -> each.image().equals(image) && each.level() == level)
        .findFirst()
        .orElseThrow();
  }

  /** The percentages of the levels but the last, which shows the whole image. */
  public List<Double> percents() {
    String first = images().get(0);
    List<Double> percents = new ArrayList<>();
    for (int level = 0; level < levels() - 1; level++) {
      percents.add(at(first, level).percent());
    }
    return percents;
  }

  /** What trials call the levels but the last, in order. */
  public List<String> conditions() {
    List<String> conditions = new ArrayList<>();
    for (int level = 0; level < levels() - 1; level++) {
      conditions.add(condition(level));
    }
    return conditions;
  }

  /** What trials call the whole image. */
  public String whole() {
    return condition(levels() - 1);
  }

  /** What trials call a level. */
  public static String condition(int level) {
    return String.format(Locale.ROOT, "%02d", level);
  }

  /** The picture of a stimulus. */
  public Path file(Stimulus stimulus) {
    return folder.resolve(stimulus.file());
  }
}
