package org.neuralharmonizer.study.psychophysics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Region;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.report.BrowserSession;
import org.neuralharmonizer.study.report.Csv;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The page of an experiment, with a scripted participant in a real browser. */
@Tag("once")
final class ExperimentPageTest {
  private static final int IMAGES = 6;
  private static final int LEVELS = 2;

  /**
   * Agrees, starts, answers each image after 250 ms: the second test trial not at all, and the
   * third by reloading the page while the image is shown.
   */
  private static final String PARTICIPANT =
      """
      <script>
      let last = null;
      let shown = Number(sessionStorage.shown || 0);
      const watch = () => {
        const phase = document.body.dataset.phase;
        if (phase !== last) {
          last = phase;
          if (phase === "welcome") {
            document.querySelector("#observer").value = "p, 1";
            document.querySelector("#consent").checked = true;
            document.querySelector("form").requestSubmit();
          }
          if (phase === "paused") document.querySelector(".paused button").click();
          if (phase === "image") {
            sessionStorage.shown = ++shown;
            if (shown === 4) setTimeout(() => location.reload(), 100);
            else if (shown !== 3) setTimeout(
              () => dispatchEvent(new KeyboardEvent("keydown", {key: "s"})), 250);
          }
          if (phase === "blank" && shown === 5) {
            Object.defineProperty(document, "hidden", {value: true, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
            delete document.hidden;
          }
          if (phase === "fixation" && shown === 1)
            dispatchEvent(new KeyboardEvent("keydown", {key: "l"}));
        }
        requestAnimationFrame(watch);
      };
      HTMLAnchorElement.prototype.click = () => {};
      watch();
      </script>
      </body>
      """;

  @TempDir private Path folder;
  private StimulusManifest manifest;
  private Truth truth;

  @BeforeEach
  void draw() throws IOException {
    List<Stimulus> stimuli = new ArrayList<>();
    List<String> categories = new ArrayList<>(List.of("image,category"));
    for (int image = 0; image < IMAGES; image++) {
      for (int level = 0; level < LEVELS; level++) {
        String file = "i%d_%02d.png".formatted(image, level);
        Images.write(folder.resolve(file), Tensor.filled(Shape.of(3, 8, 8), 20 * image + level));
        stimuli.add(
            new Stimulus(
                file,
                "i" + image,
                "",
                level,
                100,
                4,
                7,
                new Region.Box(0, 0, 2, 2),
                (image + level) % LEVELS));
      }
      categories.add("i" + image + "," + (image % 2 == 0 ? "animal" : "object"));
    }
    manifest = new StimulusManifest(folder, stimuli);
    Csv.write(folder.resolve("truth.csv"), categories);
    truth = Truth.read(folder.resolve("truth.csv"), manifest);
  }

  private ExperimentPage page(String consent) {
    return new ExperimentPage(
        manifest, truth, new ExperimentPage.Settings("A <test>", consent, List.of("s", "l"), 1));
  }

  @Test
  void aScriptedParticipantIsTimedAndLosesNothing() throws Exception {
    Path file = folder.resolve("set.html");
    page("I take part <freely>.\n\nAnd I may stop.").write(file, 1);
    String html = Files.readString(file);
    assertThat(html).contains("I take part &lt;freely&gt;.</p>\n<p>And I may stop.");
    Files.writeString(file, html.replace("</body>", PARTICIPANT));

    String csv;
    try (BrowserSession browser = BrowserSession.open(folder, file)) {
      browser.await("document.body.dataset.phase === 'end'", 60);
      csv = browser.evaluate("document.querySelector('textarea').value");
      assertThat(browser.evaluate("performance.getEntriesByType('resource').length"))
          .isEqualTo("0");
    }
    Path answers = Files.writeString(folder.resolve("answers.csv"), csv);
    List<Trial> trials = Trials.read(answers);
    // One of training and five of the test, of which a reload interrupted the third.
    assertThat(trials).hasSize(6).allMatch(trial -> trial.observer().equals("p, 1"));
    assertThat(trials.get(0).condition()).isEqualTo("training");
    assertThat(trials.get(0).stimulus()).isEqualTo("i0");
    assertThat(trials.stream().map(Trial::stimulus)).doesNotHaveDuplicates();
    assertThat(trials.get(2).answer()).isNull();
    assertThat(trials.get(3).condition()).isEqualTo("interrupted");
    List<Map<String, String>> lines = lines(csv);
    int[] whole = {0, 1, 2, 4, 5};
    // A busy machine drops a frame now and then; the usual trial is right to the frame.
    double[] late =
        Arrays.stream(whole).mapToDouble(i -> number(lines.get(i), "shown_ms") - 400).toArray();
    Arrays.sort(late);
    assertThat(late[2]).isCloseTo(0, within(number(lines.get(0), "frame_ms")));
    for (int i : whole) {
      Map<String, String> line = lines.get(i);
      double frame = number(line, "frame_ms");
      assertThat(number(line, "shown_ms")).isBetween(400 - frame, 550.0);
      assertThat(number(line, "fixation_ms")).isBetween(1100 - frame, 1800.0);
      if (i != 2) {
        assertThat(trials.get(i).answer()).isEqualTo("animal");
        assertThat(trials.get(i).seconds()).isBetween(0.2, 0.55);
      }
      if (i == 4) {
        assertThat(trials.get(i).condition()).isEqualTo("interrupted");
      } else if (i != 0) {
        assertThat(Integer.parseInt(trials.get(i).condition()))
            .isEqualTo((1 + Integer.parseInt(trials.get(i).stimulus().substring(1))) % LEVELS);
      }
      assertThat(line).containsEntry("reloads", i < 3 ? "0" : "1").containsEntry("set", "1");
      assertThat(line).containsEntry("early_keys", i == 1 ? "1" : "0");
      assertThat(line).containsEntry("hidden", i == 4 ? "1" : "0");
    }
  }

  private static double number(Map<String, String> line, String column) {
    return Double.parseDouble(line.get(column));
  }

  private static List<Map<String, String>> lines(String csv) {
    List<String> all = csv.replace("\"p, 1\"", "p1").lines().toList();
    String[] names = all.get(0).split(",", -1);
    List<Map<String, String>> lines = new ArrayList<>();
    for (String each : all.subList(1, all.size())) {
      String[] cells = each.split(",", -1);
      Map<String, String> line = new HashMap<>();
      Arrays.stream(names).forEach(name -> line.put(name, cells[line.size()]));
      lines.add(line);
    }
    return lines;
  }

  @Test
  void whatCannotBeAnExperimentIsRefused() throws IOException {
    assertThatThrownBy(() -> new ExperimentPage.Settings("t", "", List.of("s", "s"), 0))
        .hasMessageContaining("give two different letters or digits");
    assertThatThrownBy(() -> new ExperimentPage.Settings("t", "", List.of("s", "l"), -1))
        .hasMessageContaining("-1 training trials");
    ExperimentPage.Settings all = new ExperimentPage.Settings("t", "", List.of("s", "l"), IMAGES);
    assertThatThrownBy(() -> new ExperimentPage(manifest, truth, all))
        .hasMessageContaining("6 images for training of 6");
    Files.writeString(
        folder.resolve("truth.csv"), "image,category\ni0,a\ni1,b\ni2,c\ni3,a\ni4,a\ni5,a\n");
    Truth three = Truth.read(folder.resolve("truth.csv"), manifest);
    ExperimentPage.Settings some = new ExperimentPage.Settings("t", "", List.of("s", "l"), 1);
    assertThatThrownBy(() -> new ExperimentPage(manifest, three, some))
        .hasMessageContaining("the images are of [a, b, c]");
  }
}
