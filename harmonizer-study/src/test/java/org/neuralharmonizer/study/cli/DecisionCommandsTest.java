package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.psychophysics.Stimulus;
import org.neuralharmonizer.study.psychophysics.StimulusFiles;
import org.neuralharmonizer.study.psychophysics.StimulusManifest;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

/** From stimuli to the decisions of a network and people, and their comparison. */
final class DecisionCommandsTest {
  @TempDir private Path folder;
  private TinyPhotographs tiny;
  private Path stimuli;
  private Path categories;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
    stimuli = folder.resolve("stimuli");
    categories = folder.resolve("categories.csv");
    Files.writeString(categories, "class,category\n0,animal\n1,object\n2,object\n");
    stimuli(stimuli, "--labels", tiny.labels());
  }

  private void stimuli(Path out, Object... more) {
    List<Object> words = new ArrayList<>(List.of("psychophysics", "stimuli", "--size", 16));
    words.addAll(List.of("--images", tiny.images(), "--maps", tiny.maps(), "--out", out));
    words.addAll(List.of(more));
    Command command = Command.run(words.toArray());
    assertThat(command.status()).as(command.err()).isZero();
  }

  private Command run(Path out, Object... more) {
    List<Object> words = new ArrayList<>(List.of("psychophysics", "run", "--stimuli", stimuli));
    words.addAll(List.of("--network", TinyPhotographs.NETWORK, "--weights", tiny.weights()));
    words.addAll(List.of("--out", out));
    words.addAll(List.of(more));
    return Command.run(words.toArray());
  }

  /** A participant who sees each image once and answers at random but for the whole image. */
  private Path person(String name, int set) throws IOException {
    StimulusManifest manifest = StimulusManifest.read(stimuli);
    SeededRandom random = SeededRandom.of(set);
    List<Trial> trials = new ArrayList<>();
    for (Stimulus each : manifest.stimuli()) {
      if (each.set() == set) {
        boolean right = each.level() > 6 || random.nextDouble() < 0.6;
        String truth = each.label().equals("0") ? "animal" : "object";
        String answer = right == truth.equals("animal") ? "animal" : "object";
        String condition = StimulusManifest.condition(each.level());
        trials.add(new Trial(name, 1, condition, each.image(), truth, answer, 0.3));
      }
    }
    trials.add(new Trial(name, 1, "training", "p0", "animal", "object", 0.3));
    Path people = Files.createDirectories(folder.resolve("people"));
    Trials.write(people.resolve(name + ".csv"), trials);
    return people;
  }

  @Test
  void peopleAndANetworkOnTheSameStimuli() throws IOException {
    Path decided = folder.resolve("network.csv");
    Path json = folder.resolve("run.json");
    Command run = run(decided, "--categories", categories, "--name", "tiny", "--json", json);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("whole image");
    List<Trial> trials = Trials.read(decided);
    assertThat(trials).hasSize(48).allMatch(trial -> trial.observer().equals("tiny"));
    assertThat(Json.object(Json.object(Json.read(json)).get("settings")).get("categories"))
        .isEqualTo("1 classes of animal, 2 classes of object");

    Path people = folder;
    for (int set = 0; set < 12; set++) {
      people = person("person-" + set, set);
    }
    Path out = folder.resolve("compared");
    Command compare =
        Command.run(
            "psychophysics",
            "compare",
            "--stimuli",
            stimuli,
            "--people",
            people,
            "--network",
            "tiny=" + decided,
            "--one-key",
            1,
            "--whole-accuracy",
            -1,
            "--out",
            out);
    assertThat(compare.status()).as(compare.err()).isZero();
    assertThat(compare.out()).contains("people", "tiny", "report: ");
    Map<String, Object> results = Json.object(Json.read(out.resolve("comparison.json")));
    List<Object> observers = Json.list(results.get("observers"));
    assertThat(observers).hasSize(2);
    assertThat(Json.list(Json.object(observers.get(0)).get("accuracy"))).hasSize(11);
    assertThat(Files.readAllLines(out.resolve("curves.csv"))).hasSize(1 + 2 * 12);
    assertThat(out.resolve("report.html")).content().contains("Accuracy by level", "threshold");
  }

  @Test
  void readoutsAndCategoriesAreChecked() throws IOException {
    Path out = folder.resolve("never.csv");
    assertThat(run(out).err()).contains("the network has 3 classes, not the 1000 of ImageNet");
    assertThat(run(out, "--categories", categories, "--readout", "loudest").err())
        .contains("expected one of highest, summed-logits");
    Files.writeString(categories, "class,category\n0,animal\n2,object\n");
    assertThat(run(out, "--categories", categories).err()).contains("none for class 1 of 3");
    Files.writeString(categories, "class,category\n0,a\n0,b\n1,c\n2,d\n");
    assertThat(run(out, "--categories", categories).err()).contains("class 0 comes twice");
    assertThat(out).doesNotExist();
  }

  @Test
  void truthCanBeGiven() throws IOException {
    Path truth = folder.resolve("truth.csv");
    Files.writeString(truth, "image,category\np0,object\np1,animal\n");
    Path out = folder.resolve("network.csv");
    assertThat(run(out, "--categories", categories, "--truth", truth).err())
        .contains("none for [p2, p3]");
    Files.writeString(truth, "image,category\np0,object\np1,animal\np2,object\np3,animal\n");
    assertThat(run(out, "--categories", categories, "--truth", truth).status()).isZero();
    assertThat(Trials.read(out))
        .allMatch(
            t ->
                t.truth().equals(List.of("p1", "p3").contains(t.stimulus()) ? "animal" : "object"));
  }

  @Test
  void aProbeLearnsFromOtherImages() throws IOException {
    Path truth = folder.resolve("truth.csv");
    Files.writeString(truth, "image,category\np0,object\np1,animal\np2,object\np3,animal\n");
    Path out = folder.resolve("probe.csv");
    for (String kind : new String[] {"support-vectors", "logistic-regression"}) {
      Command command = run(out, "--truth", truth, "--layer", "conv1", "--probe", kind);
      assertThat(command.status()).as(command.err()).isZero();
      List<Trial> trials = Trials.read(out);
      assertThat(trials).hasSize(48).allMatch(trial -> trial.answer() != null);
      assertThat(run(out, "--truth", truth, "--layer", "conv1", "--probe", kind).status()).isZero();
      assertThat(Trials.read(out)).isEqualTo(trials);
    }
    assertThat(run(out, "--truth", truth, "--layer", "nowhere").err())
        .contains("there is no layer \"nowhere\"");
    Files.writeString(truth, "image,category\np0,object\np1,animal\np2,object\np3,object\n");
    assertThat(run(out, "--truth", truth, "--layer", "conv1").err())
        .contains("1 image of \"animal\"");
  }

  @Test
  void eachStimulusFollowsFromItsLine() throws IOException {
    PhotographFiles photographs = PhotographFiles.in(tiny.images(), tiny.maps());
    for (String background : new String[] {"image", "set"}) {
      for (String order : new String[] {"importance", "uniform", "bubbles"}) {
        Path drawn = folder.resolve(background + order);
        stimuli(drawn, "--background", background, "--order", order);
        StimulusManifest manifest = StimulusManifest.read(drawn);
        assertThat(Files.readAllLines(drawn.resolve("manifest.csv")).get(1)).contains(order);
        for (Stimulus each : manifest.stimuli()) {
          Tensor again = StimulusFiles.again(photographs, each, manifest.settings());
          Tensor file = Images.read(manifest.file(each));
          assertThat(Tensor.generate(again.shape(), i -> Math.round(again.value(i))))
              .as("%s of %s", each.file(), drawn)
              .isEqualTo(file);
        }
      }
    }
  }

  /** A manifest may come from anybody. */
  @Test
  void manifestsNameNoFilesElsewhereAndAreWhole() throws IOException {
    Path manifest = stimuli.resolve("manifest.csv");
    String good = Files.readString(manifest);
    for (Map.Entry<String, String> each :
        Map.of(
                good.replace("p0_00.png", "../secret.png"),
                "name a .png file in the same folder",
                good.replace("p0_00.png", "/etc/secret.png"),
                "name a .png file in the same folder",
                good.replace("p0_00.png", "p0_01.png"),
                "the stimulus comes twice",
                good.replaceFirst("(?m)^p3_11.png.*\n", ""),
                "not every image comes once at each of 12 levels",
                good.replaceFirst("p1_00.png,p1,1,0,1.0,", "p1_00.png,p1,1,0,2.0,"),
                "give one percentage to each level",
                good.replaceFirst(",p0,0,0,", ",p0,0,-1,"),
                "level is -1",
                good.replaceFirst("file,image", "picture,image"),
                "no column file")
            .entrySet()) {
      Files.writeString(manifest, each.getKey());
      assertThatThrownBy(() -> StimulusManifest.read(stimuli))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(each.getValue());
    }
    Files.writeString(manifest, good);
    Files.writeString(stimuli.resolve("manifest.json"), "{\"size\":\"large\"}");
    assertThatThrownBy(() -> StimulusManifest.read(stimuli).settings())
        .hasMessageContaining("not the settings of stimuli");
  }

  @Test
  void whatCannotBeComparedIsNamed() throws IOException {
    Path out = folder.resolve("compared");
    assertThat(Command.run("psychophysics", "compare", "--stimuli", stimuli, "--out", out).err())
        .contains("nobody's decisions");
    Path foreign = folder.resolve("foreign.csv");
    Trials.write(foreign, List.of(new Trial("net", 1, "00", "elsewhere", "animal", "animal", 0.1)));
    assertThat(compare(out, "--network", "net=" + foreign).err())
        .contains("\"net\" decided on \"elsewhere\", which is not among the stimuli");
    Trials.write(foreign, List.of(new Trial("net", 1, "00", "p0", "animal", "animal", 0.1)));
    assertThat(compare(out, "--network", "net=" + foreign).err())
        .contains("compare \"net\": accuracy curve: no trial in condition \"01\"");
    assertThat(compare(out, "--people", foreign, "--one-key", 0.5).err())
        .contains("no participant is left, {net=1.00 of answers the same}");
  }

  private Command compare(Path out, Object... more) {
    List<Object> words = new ArrayList<>(List.of("psychophysics", "compare"));
    words.addAll(List.of("--stimuli", stimuli, "--out", out));
    words.addAll(List.of(more));
    return Command.run(words.toArray());
  }

  /** Their threshold is found again, and the page does not take them for people. */
  @Test
  void simulatedPeopleAreSaidToBe() throws IOException {
    Path truth = folder.resolve("truth.csv");
    Files.writeString(truth, "image,category\np0,object\np1,animal\np2,object\np3,animal\n");
    Path made = folder.resolve("simulated.csv");
    Command simulate =
        Command.run(
            "psychophysics",
            "simulate",
            "--stimuli",
            stimuli,
            "--truth",
            truth,
            "--threshold",
            10,
            "--spread",
            0,
            "--participants",
            600,
            "--out",
            made);
    assertThat(simulate.status()).as(simulate.err()).isZero();
    assertThat(Trials.read(made)).hasSize(4 * 600);
    Path out = folder.resolve("compared");
    Command compare = compare(out, "--people", made, "--one-key", 1, "--whole-accuracy", -1);
    assertThat(compare.status()).as(compare.err()).isZero();
    assertThat(out.resolve("report.html")).content().contains("The people are simulated.");
    Map<String, Object> people =
        Json.object(
            Json.list(Json.object(Json.read(out.resolve("comparison.json"))).get("observers"))
                .get(0));
    List<Object> interval = Json.list(people.get("threshold_percent_interval"));
    assertThat(Json.number(interval.get(0))).isLessThan(13);
    assertThat(Json.number(interval.get(1))).isBetween(8.0, 30.0);
    assertThat(compare(out, "--people", made, "--network", "people=" + made).err())
        .contains("a network is called \"people\"");
  }

  @Test
  void tablesOfTrialsAreSummedUp() throws IOException {
    Path people = person("a", 3);
    person("b", 3);
    person("c", 4);
    Command own = Command.run("psychophysics", "trials", people);
    assertThat(own.status()).as(own.err()).isZero();
    // a and b are the same, and saw other stimuli than c.
    assertThat(own.out()).containsPattern("a, b +5 +1.000").containsPattern("a, c +1 ");
    Path geirhos = folder.resolve("geirhos.csv");
    Files.writeString(
        geirhos,
        """
        subj,session,trial,rt,object_response,category,condition,imagename
        x,1,1,0.5,cat,cat,bw,0001_cl_s01_bw_cat_1.png
        y,1,1,0.5,dog,cat,bw,0001_cl_s02_bw_cat_1.png
        """);
    Command other = Command.run("psychophysics", "trials", "--layout", "geirhos", geirhos);
    assertThat(other.status()).as(other.err()).isZero();
    assertThat(other.out()).containsPattern("x, y +1 +0.000");
    assertThat(Command.run("psychophysics", "trials", tiny.images()).err())
        .contains("no file ends in .csv");
  }

  @Test
  void anExperimentCanBePlanned() {
    Command command =
        Command.run(
            "psychophysics", "power", "--threshold", 10, "--other-threshold", 20, "--images", 44);
    assertThat(command.status()).as(command.err()).isZero();
    assertThat(command.out()).matches("(?s)\\d+ participants in each group find.*");
  }
}
