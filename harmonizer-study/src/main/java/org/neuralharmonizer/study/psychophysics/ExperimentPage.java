package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.neuralharmonizer.io.AtomicFiles;
import org.neuralharmonizer.study.report.Html;
import org.neuralharmonizer.study.report.ScriptData;

/**
 * A page on which one participant after another sees one set of stimuli: a fixation cross, the
 * stimulus, a deadline, two keys. One HTML file that fetches nothing; answers are kept in the
 * browser after each trial and saved by the participant as a table that {@code Trials.read} reads.
 *
 * <p>Timing is that of the paper's experiment, in frames of the screen: cross 1100 to 1600 ms,
 * image 400 ms, answer within 550 ms of its onset, feedback only on answers that came too late.
 * What the screen showed in fact is written into each line: the time of cross and image, the length
 * of a frame, keys pressed too early, whether the page was hidden, how often it was reloaded. An
 * image that a reload interrupted is not shown again; its line has the condition {@code
 * interrupted}.
 *
 * @see <a href="https://arxiv.org/abs/2211.04533">Fel, Felipe, Linsley, Serre, section 3 and
 *     appendix: psychophysics</a>
 */
public final class ExperimentPage {
  private static final List<Integer> FIXATION = List.of(1100, 1600);
  private static final int IMAGE = 400;
  private static final int DEADLINE = 550;
  private static final int FEEDBACK = 800;
  private static final List<String> COLUMNS =
      List.of(
          "observer",
          "session",
          "condition",
          "stimulus",
          "truth",
          "answer",
          "seconds",
          "trial",
          "set",
          "file",
          "fixation_ms",
          "shown_ms",
          "frame_ms",
          "early_keys",
          "hidden",
          "reloads",
          "date");

  private final StimulusManifest manifest;
  private final Truth truth;
  private final Settings settings;

  /**
   * What a laboratory decides.
   *
   * @param title of the page
   * @param consent what participants agree to, paragraphs parted by empty lines; may be empty
   * @param keys one letter or digit for each of the two categories, in the order of their names
   * @param training how many images, the first of the manifest, are shown whole before the test and
   *     not in it
   */
  public record Settings(String title, String consent, List<String> keys, int training) {
    public Settings {
      keys = List.copyOf(keys);
      boolean areKeys =
          keys.size() == 2
              && keys.stream().allMatch(key -> key.matches("[a-z0-9]"))
              && !keys.get(0).equals(keys.get(1));
      if (!areKeys) {
        throw new IllegalArgumentException(
            "experiment: keys %s — give two different letters or digits, such as s and l"
                .formatted(keys));
      }
      if (training < 0) {
        throw new IllegalArgumentException(
            "experiment: %d training trials — give 0 or more".formatted(training));
      }
    }
  }

  /**
   * Pages of stimuli.
   *
   * @throws IllegalArgumentException unless images are of two categories, and some are left after
   *     training
   */
  public ExperimentPage(StimulusManifest manifest, Truth truth, Settings settings) {
    if (truth.names().size() != 2) {
      throw new IllegalArgumentException(
          "experiment: the images are of %s — there are keys for two categories"
              .formatted(truth.names()));
    }
    if (settings.training() >= manifest.images().size()) {
      throw new IllegalArgumentException(
          "experiment: %d images for training of %d — leave some for the test"
              .formatted(settings.training(), manifest.images().size()));
    }
    this.manifest = manifest;
    this.truth = truth;
    this.settings = settings;
  }

  /** The number of sets: as many as levels, each level of each image being in one. */
  public int sets() {
    return manifest.levels();
  }

  /**
   * Writes the page of a set.
   *
   * @throws IOException if a stimulus cannot be read, or the page not be written
   */
  public void write(Path file, int set) throws IOException {
    byte[] page = html(set).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(page));
  }

  private String html(int set) throws IOException {
    List<String> images = manifest.images();
    List<String> practised = images.subList(0, settings.training());
    List<Object> training = new ArrayList<>();
    for (String image : practised) {
      training.add(shown(manifest.at(image, manifest.levels() - 1)));
    }
    List<Object> test = new ArrayList<>();
    for (Stimulus each : manifest.stimuli()) {
      if (each.set() == set && !practised.contains(each.image())) {
        test.add(shown(each));
      }
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("id", settings.title() + " set " + set + " of " + seeds());
    data.put("name", "set-" + StimulusManifest.condition(set));
    data.put("set", set);
    data.put("categories", truth.names());
    data.put("keys", settings.keys());
    data.put("columns", COLUMNS);
    data.put(
        "timing",
        Map.of("fixation", FIXATION, "image", IMAGE, "deadline", DEADLINE, "feedback", FEEDBACK));
    data.put("training", training);
    data.put("stimuli", test);
    return page(ScriptData.of(data), training.size() + test.size());
  }

  /** Tells experiments apart whose title is the same. */
  private String seeds() {
    long sum = manifest.stimuli().stream().mapToLong(each -> 31 * each.seed() + each.level()).sum();
    return Long.toHexString(sum);
  }

  private Map<String, Object> shown(Stimulus stimulus) throws IOException {
    byte[] png = Files.readAllBytes(manifest.file(stimulus));
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("file", stimulus.file());
    shown.put("image", stimulus.image());
    shown.put("condition", StimulusManifest.condition(stimulus.level()));
    shown.put("truth", truth.of(stimulus.image()));
    shown.put("src", "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
    return shown;
  }

  private String page(String data, int trials) throws IOException {
    List<String> names = truth.names();
    String key =
        "Press <kbd>%s</kbd> for %s, <kbd>%s</kbd> for %s."
            .formatted(
                settings.keys().get(0),
                Html.text(names.get(0)),
                settings.keys().get(1),
                Html.text(names.get(1)));
    String consent =
        settings.consent().isBlank()
            ? ""
            : paragraphs(settings.consent())
                + "<label><input type=\"checkbox\" id=\"consent\" required> I agree</label>";
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="%s">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <section class="welcome">
        <h1>%2$s</h1>
        <p>You will see %d pictures, each for a moment, and little of most of them. Keep your eyes on
        the cross. %s Answer as fast as you can, and guess where you are not sure.</p>
        <form>
        %s
        <label>Your code <input type="text" id="observer" required maxlength="64" autocomplete="off"></label>
        <button>Start</button>
        </form>
        <p class="warning"></p>
        </section>
        <section class="paused">
        <p>Ready? %5$s</p>
        <button>Go on</button>
        <p class="warning"></p>
        </section>
        <section class="end">
        <h1>Thank you</h1>
        <p>These are your answers. Save them, and hand the file to the experimenter.</p>
        <p><button class="save">Save</button><button class="forget">Delete</button></p>
        <textarea readonly aria-label="Answers"></textarea>
        </section>
        <div class="stage"><span class="cross">+</span><img alt=""><p class="slow">Too slow</p></div>
        <script type="application/json" id="experiment">%s</script>
        <script>
        %s</script>
        </body>
        </html>
        """
        .formatted(
            Html.POLICY,
            Html.text(settings.title()),
            resource("experiment.css"),
            trials,
            key,
            consent,
            data,
            resource("experiment.js"));
  }

  private static String paragraphs(String text) {
    return text
        .strip()
        .lines()
        .collect(Collectors.joining("\n"))
        .transform(all -> List.of(all.split("\n\\s*\n")))
        .stream()
        .map(paragraph -> "<p>" + Html.text(paragraph) + "</p>")
        .collect(Collectors.joining("\n"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = ExperimentPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("experiment: " + name + " is not on the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
