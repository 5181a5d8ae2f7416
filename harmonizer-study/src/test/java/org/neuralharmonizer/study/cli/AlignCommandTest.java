package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;

final class AlignCommandTest {
  @TempDir private Path folder;
  private TinyPhotographs tiny;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
  }

  private Command align(Object... more) {
    Object[] arguments = {
      "align",
      "--network",
      TinyPhotographs.NETWORK,
      "--weights",
      tiny.weights(),
      "--images",
      tiny.images(),
      "--maps",
      tiny.maps()
    };
    Object[] all = new Object[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Command.run(all);
  }

  @Test
  void scoresTheImagesThatHaveMaps() {
    Path json = folder.resolve("results.json");
    Path report = folder.resolve("page.html");
    Command command = align("--labels", tiny.labels(), "--json", json, "--report", report);
    assertThat(command.err()).isEmpty();
    assertThat(command.status()).isZero();
    assertThat(command.out())
        .contains("image  label  spearman   dice    iou", "4 images scored, 1 without a map")
        .contains("ceiling: split-half: 1 images with maps of 2 raters");

    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(Json.number(results.get("images"))).isEqualTo(4);
    assertThat(Json.number(results.get("without_map"))).isEqualTo(1);
    double sum = 0;
    List<Object> images = Json.list(results.get("per_image"));
    for (Object image : images) {
      sum += Json.number(Json.object(image).get("spearman"));
    }
    assertThat(Json.number(results.get("spearman_mean"))).isCloseTo(sum / 4, within(1e-12));
    assertThat(Json.number(results.get("spearman_standard_error"))).isPositive();
    assertThat(Json.number(results.get("ceiling"))).isBetween(0.0, 1.0);
    assertThat(Json.object(images.get(1))).containsEntry("id", "p1");
    assertThat(Json.number(Json.object(images.get(1)).get("label"))).isEqualTo(1);
    assertThat(report).content().contains("Human alignment of reference_cnn_16", "human map of p3");
  }

  @Test
  void aGivenCeilingIsUsedAndQuietIsQuiet() {
    Path json = folder.resolve("results.json");
    Command command = align("--ceiling", 0.5, "--quiet", "--json", json);
    assertThat(command).isEqualTo(new Command(0, "", ""));
    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(Json.number(results.get("ceiling"))).isEqualTo(0.5);
    assertThat(results.get("ceiling_spearman_brown")).isNull();
    assertThat(Json.object(results.get("settings")))
        .containsEntry("labels", "the network's own predictions");
    assertThat(Json.number(results.get("accuracy"))).isEqualTo(1);
  }

  @Test
  void otherExplanationsAreScoredToo() {
    Path json = folder.resolve("results.json");
    double saliency = mean(json);
    assertThat(mean(json, "--explanation", "integrated-gradients")).isNotEqualTo(saliency);
    assertThat(Json.object(Json.object(Json.read(json)).get("settings")))
        .containsEntry(
            "explanation", "integrated gradients of the logit, max-absolute over channels");
  }

  private double mean(Path json, Object... more) {
    Object[] all = Arrays.copyOf(more, more.length + 2);
    all[more.length] = "--json";
    all[more.length + 1] = json;
    assertThat(align(all).err()).isEmpty();
    return Json.number(Json.object(Json.read(json)).get("spearman_mean"));
  }

  @Test
  void withoutRatersThereIsNoCeiling() throws IOException {
    Files.delete(tiny.maps().resolve("p3-raters.npy"));
    Path json = folder.resolve("results.json");
    assertThat(align("--json", json).out())
        .contains("no ceiling", "3 images scored, 2 without a map");
    assertThat(Json.object(Json.read(json))).containsEntry("ceiling", null);
  }

  @Test
  void aConstantMapIsUndefinedNotZero() throws IOException {
    Npy.write(tiny.maps().resolve("p0_map.npy"), Tensor.filled(Shape.of(12, 16), 1));
    Path json = folder.resolve("results.json");
    assertThat(align("--json", json).out()).contains("1 without a map, 1 undefined");
    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(Json.number(results.get("spearman_undefined"))).isEqualTo(1);
    assertThat(Json.object(Json.list(results.get("per_image")).get(0)))
        .containsEntry("spearman", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --network  | alexnet       | 2 | network "alexnet" is not known — known are mobilenet_v1_
          --network  | mobilenet_v1_0.5 | 2 | 142 of them do not fit the network: "conv1.weight" is [4, 3, 3, 3]
          --reduction| largest       | 2 | expected one of signed-mean, absolute-mean, mean-absolute
          --score    | odds          | 2 | expected one of logit, log-probability, probability
          --ceiling  | 1.5           | 2 | inter-rater ceiling: must be above 0 and at most 1
          --ceiling  | high          | 2 | 'high' is not a double
          --images   | nowhere       | 1 | read "nowhere": there is no such folder
          --maps     | nowhere       | 1 | read "nowhere": there is no such folder
          --weights  | none.h5       | 1 | "none.h5": no such file
          --weights  | none.bin      | 2 | give .h5, .npz, .safetensors, .pth or .pt
          --labels   | none.csv      | 1 | no such file: none.csv
          --report   | nowhere/a.html| 1 | there is no folder
          """)
  void wrongUseIsOneClearLine(String option, String value, int status, String message) {
    Command command =
        switch (option) {
          case "--network", "--images", "--maps", "--weights" -> replaced(option, value);
          default -> align(option, value);
        };
    assertOneLine(command, status, message);
  }

  private Command replaced(String option, String value) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("--network", TinyPhotographs.NETWORK);
    options.put("--weights", tiny.weights());
    options.put("--images", tiny.images());
    options.put("--maps", tiny.maps());
    options.put(option, value);
    return Command.run(
        Stream.concat(
                Stream.of("align"),
                options.entrySet().stream()
                    .flatMap(each -> Stream.of(each.getKey(), each.getValue())))
            .toArray());
  }

  @Test
  void whatIsMissingIsNamed() {
    assertOneLine(Command.run("align"), 2, "Missing required options: '--network=NAME'");
  }

  private static void assertOneLine(Command command, int status, String message) {
    assertThat(command.err()).contains(message).hasLineCount(1).startsWith("harmonize align: ");
    assertThat(command.status()).isEqualTo(status);
    assertThat(command.out()).isEmpty();
  }

  /**
   * Four photographs of the reference set, from the files themselves. In single precision units on
   * the kink of a ReLU flip, which changes a saliency map by up to 1 % (see the data's README);
   * over 50176 pixels that moves a rank correlation by about 1e-4, and a few hundred of the 5018
   * pixels above the 90th percentile change places at worst.
   */
  @Test
  void agreesWithTheReferenceOnPhotographs() {
    Path network = ReferenceData.folder("model-mobilenet025-imagenet");
    Path photographs = ReferenceData.folder("osie-gaze");
    Path json = folder.resolve("results.json");
    Command command =
        Command.run(
            "align",
            "--network",
            "mobilenet_v1_0.25",
            "--weights",
            network.resolve("mobilenet_v1_0.25_224.h5"),
            "--images",
            photographs.resolve("stimuli"),
            "--maps",
            photographs.resolve("maps"),
            "--json",
            json);
    assertThat(command.status()).as(command.err()).isZero();
    Map<String, Map<String, Object>> found = new LinkedHashMap<>();
    Json.list(Json.object(Json.read(json)).get("per_image"))
        .forEach(
            image -> found.put(String.valueOf(Json.object(image).get("id")), Json.object(image)));
    assertThat(found).hasSize(14);
    Map<String, Object> golden =
        Json.object(Json.read(network.resolve("golden/batch4_alignment.json")));
    List<String> ids = List.of("1097", "1375", "1473", "1519");
    int[] labels = {263, 385, 144, 968};
    for (int i = 0; i < 4; i++) {
      Map<String, Object> expected = Json.object(Json.list(golden.get("per_image")).get(i));
      Map<String, Object> actual = found.get(ids.get(i));
      assertThat(Json.number(actual.get("label"))).isEqualTo(labels[i]);
      assertClose(actual, expected, "spearman", 5e-4);
      assertClose(actual, expected, "dice", 2e-3);
      assertClose(actual, expected, "iou", 2e-3);
    }
  }

  private static void assertClose(
      Map<String, Object> actual, Map<String, Object> expected, String key, double tolerance) {
    assertThat(Json.number(actual.get(key)))
        .as(key)
        .isCloseTo(Json.number(expected.get(key)), within(tolerance));
  }
}
