package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.psychophysics.Accuracies;
import org.neuralharmonizer.psychophysics.Accuracy;
import org.neuralharmonizer.psychophysics.ErrorConsistency;
import org.neuralharmonizer.psychophysics.Trial;

class TrialsTest {
  private static final String HEADER =
      "subj,session,trial,rt,object_response,category,condition,imagename\n";
  private static final Set<String> ANIMALS = Set.of("bear", "bird", "cat", "dog", "elephant");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"colour", "noise"})
  void accuraciesAreThoseOfTheAuthors(String experiment) throws IOException {
    Path data = ReferenceData.folder("psychophysics-geirhos");
    Map<String, List<Trial>> observers =
        Accuracies.observers(Trials.geirhos(data.resolve(experiment)));
    List<?> expected = (List<?>) Json.read(data.resolve(experiment + "_expected.json"));
    int compared = 0;
    for (Object row : expected) {
      Map<?, ?> each = (Map<?, ?>) row;
      List<Trial> trials = observers.get(each.get("subj"));
      String condition = (String) each.get("condition");
      Accuracy right = Accuracies.byCondition(trials).get(condition);
      assertThat(right).isEqualTo(new Accuracy(whole(each, "correct16"), whole(each, "n")));
      assertThat(right.value()).isCloseTo((Double) each.get("acc16"), within(1e-12));
      Accuracy animal = Accuracies.byCondition(trials, TrialsTest::isAnimalRight).get(condition);
      assertThat(animal.right()).isEqualTo(whole(each, "correct_animal"));
      assertThat(trials.stream().filter(t -> t.condition().equals(condition) && t.answer() == null))
          .hasSize(whole(each, "no_answer"));
      compared++;
    }
    assertThat(compared).isGreaterThan(5);
  }

  /** Some people share all images, others a few dozen, whose κ is a rough number. */
  @Test
  void errorConsistencyOfPeopleIsDefined() throws IOException {
    Path data = ReferenceData.folder("psychophysics-geirhos");
    List<List<Trial>> people =
        List.copyOf(Accuracies.observers(Trials.geirhos(data.resolve("colour"))).values());
    for (int i = 0; i < people.size(); i++) {
      for (int j = 0; j < i; j++) {
        ErrorConsistency consistency = ErrorConsistency.of(people.get(i), people.get(j));
        assertThat(consistency.stimuli()).isGreaterThan(10);
        assertThat(consistency.kappa()).isBetween(-0.3, 1.0);
      }
    }
  }

  private static boolean isAnimalRight(Trial trial) {
    return trial.answer() != null
        && ANIMALS.contains(trial.truth()) == ANIMALS.contains(trial.answer());
  }

  private static int whole(Map<?, ?> row, String name) {
    return ((Number) row.get(name)).intValue();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    List<Trial> trials =
        List.of(
            new Trial("a, \"b\"", 1, "00", "picture", "animal", "object", 0.25),
            new Trial("net", 2, "11", "picture", "animal", null, Double.NaN));
    Path file = folder.resolve("trials.csv");
    Trials.write(file, trials);
    assertThat(Trials.read(file)).isEqualTo(trials);
    Trials.write(folder.resolve("more.csv"), trials.subList(0, 1));
    Files.writeString(folder.resolve("notes.txt"), "no table");
    assertThat(Trials.read(folder)).containsExactly(trials.get(0), trials.get(0), trials.get(1));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> Trials.read(empty)).hasMessageContaining("no file ends in .csv");
    Files.writeString(file, "observer,session\nx,1\n");
    assertThatThrownBy(() -> Trials.read(file)).hasMessageContaining("no column condition");
  }

  @Test
  void namesAndMissingAnswersAreRead() throws IOException {
    Path file = folder.resolve("trials.csv");
    Files.writeString(file, HEADER + "net,2,1,NaN,na,cat,0.1,0000_cl_s01_bw_cat_40.png\n");
    assertThat(Trials.geirhos(file))
        .containsExactly(new Trial("net", 2, "0.1", "bw_cat_40.png", "cat", null, Double.NaN));
  }

  @Test
  void mistakesNameTheRecord() throws IOException {
    Path file = folder.resolve("trials.csv");
    Files.writeString(file, HEADER + "net,2,1,fast,cat,cat,0.1,0000_cl_s01_bw.png\n");
    assertThatThrownBy(() -> Trials.geirhos(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("record 1: rt is \"fast\" — give a finite number");
    Files.writeString(file, HEADER + "net,2,1,1,cat,cat,0.1,cat.png\n");
    assertThatThrownBy(() -> Trials.geirhos(file)).hasMessageContaining("imagename is \"cat.png\"");
    Files.writeString(file, HEADER + "net,1.5,1,1,cat,cat,0.1,0000_cl_s01_bw.png\n");
    assertThatThrownBy(() -> Trials.geirhos(file))
        .hasMessageContaining("record 1: session is \"1.5\" — give a whole number");
    Files.writeString(file, "subj,rt\na,1\n");
    assertThatThrownBy(() -> Trials.geirhos(file)).hasMessageContaining("no column session");
  }
}
