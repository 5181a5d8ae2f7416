package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

final class StudyCommandTest {
  private static final String HEADER = "name,network,source,baseline,accuracy\n";

  @TempDir private Path folder;
  private TinyPhotographs tiny;
  private Path list;
  private Path out;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
    list = folder.resolve("list.csv");
    out = folder.resolve("out");
    Path maps = Files.createDirectories(folder.resolve("given"));
    for (int i = 0; i < 5; i++) {
      Npy.write(maps.resolve("p" + i + ".npy"), Tensor.generate(Shape.of(16, 16), p -> p));
    }
    Files.writeString(folder.resolve("scores.csv"), "image,score\np0,0.5\np1,0.25\np2,NaN\n");
    Files.writeString(
        list,
        HEADER
            + "plain,reference_cnn_16,weights.safetensors,,\n"
            + "# a comment\n"
            + "maps of others,maps,given,plain,0.5\n"
            + "scores of others,scores,scores.csv\n");
  }

  private Command study(Object... more) {
    Object[] arguments = {
      "study", "--networks", list, "--images", tiny.images(), "--maps", tiny.maps(), "--out", out
    };
    Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Command.run(all);
  }

  @Test
  void aNetworkInAStudyHasTheScoresItHasAlone() throws IOException {
    Path json = folder.resolve("alone.json");
    Command alone =
        Command.run(
            "align",
            "--network",
            TinyPhotographs.NETWORK,
            "--weights",
            tiny.weights(),
            "--images",
            tiny.images(),
            "--maps",
            tiny.maps(),
            "--labels",
            tiny.labels(),
            "--json",
            json);
    assertThat(alone.err()).isEmpty();

    Command command = study("--labels", tiny.labels());

    assertThat(command.err()).isEmpty();
    Map<String, Object> wanted = Json.object(Json.read(json));
    Map<String, Object> plain = network(0);
    assertThat(Json.number(plain.get("spearman_mean")))
        .isCloseTo(Json.number(wanted.get("spearman_mean")), within(1e-12));
    assertThat(Json.number(plain.get("spearman_standard_error")))
        .isCloseTo(Json.number(wanted.get("spearman_standard_error")), within(1e-12));
    assertThat(Json.number(plain.get("dice_mean")))
        .isCloseTo(Json.number(wanted.get("dice_mean")), within(1e-12));
    assertThat(Json.number(plain.get("accuracy"))).isEqualTo(Json.number(wanted.get("accuracy")));
    assertThat(Json.number(network(2).get("spearman_mean"))).isEqualTo(0.375);
    assertThat(Json.number(network(2).get("spearman_undefined"))).isEqualTo(1);
    assertThat(out.resolve("report.html"))
        .content()
        .contains("Against the center-bias control", "Pareto frontier", "SHA-256 of plain");
    assertThat(Files.readAllLines(out.resolve("networks.csv"))).hasSize(1 + 6 * 6);
    assertThat(Files.readAllLines(out.resolve("images.csv"))).hasSize(1 + 3 * 5 + 3 * 4);
  }

  @Test
  void whatIsFinishedIsNotComputedAgainUnlessSomethingChanged() throws IOException {
    assertThat(study().out()).contains("plain: scored\n");
    byte[] before = Files.readAllBytes(out.resolve("networks.csv"));

    assertThat(study().out()).contains("plain: scored before");
    assertThat(Files.readAllBytes(out.resolve("networks.csv"))).isEqualTo(before);

    Npy.write(tiny.maps().resolve("p0_map.npy"), Tensor.generate(Shape.of(12, 16), p -> p));
    assertThat(study().out()).contains("plain: scored\n");
  }

  @Test
  void anInterruptedNetworkGoesOnWhereItWas() throws IOException {
    study();
    byte[] before = Files.readAllBytes(out.resolve("images.csv"));
    Path kept;
    try (var files = Files.list(out.resolve("partial"))) {
      kept = files.filter(file -> file.toString().contains("plain")).findFirst().orElseThrow();
    }
    Map<String, Object> stored = new LinkedHashMap<>(Json.object(Json.read(kept)));
    stored.put("images", Json.list(stored.get("images")).subList(0, 2));
    org.neuralharmonizer.io.Json.write(kept, stored);

    assertThat(study().out()).contains("plain: scored from image 3 on");
    assertThat(Files.readAllBytes(out.resolve("images.csv"))).isEqualTo(before);
  }

  @Test
  void classesAndRatersHaveTheirPlaceOnThePage() throws IOException {
    Tensor raters = Tensor.generate(Shape.of(3, 12, 16), p -> (p * 7919) % 101);
    Npy.write(tiny.maps().resolve("p0_raters.npy"), raters);
    study("--labels", tiny.labels());
    assertThat(out.resolve("report.html")).content().contains("Spearman by class", "other people");
    Map<String, Object> plain = network(0);
    Map<String, Object> first = Json.object(Json.list(plain.get("images")).get(0));
    assertThat(Json.number(first.get("spearman_rater_deviation"))).isBetween(0.001, 0.5);
    // Of the other images raters are not known, so neither is the error of the mean.
    assertThat(plain.get("spearman_rater_error")).isNull();
  }

  @Test
  void damagedPartialResultsAreRefused() throws IOException {
    study();
    try (var files = Files.list(out.resolve("partial"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.writeString(file, "[1]");
      }
    }
    assertThat(study().err()).contains("not results of a study — delete the file");
  }

  @Test
  void listsSayWhatIsWrongWithThem() throws IOException {
    for (Map.Entry<String, String> each :
        Map.of(
                HEADER + "a,maps\n",
                "line 2: \"a,maps\" is not name,network",
                HEADER + "a,maps,x\na,maps,y\n",
                "line 3: \"a\" comes twice",
                HEADER + "a,maps,x,b\n",
                "\"b\", the baseline of \"a\", is not in the list",
                HEADER + "a,maps,x,,7\n",
                "accuracy 7 is not in 0…1",
                HEADER,
                "no networks",
                "a,maps,x\n",
                "the first line is not name")
            .entrySet()) {
      Files.writeString(list, each.getKey());
      Command command = study();
      assertThat(command.status()).isEqualTo(1);
      assertThat(command.err()).contains(each.getValue());
    }
  }

  private Map<String, Object> network(int position) {
    List<Object> networks =
        Json.list(Json.object(Json.read(out.resolve("study.json"))).get("networks"));
    return Json.object(networks.get(position));
  }
}
