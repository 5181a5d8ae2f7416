package org.neuralharmonizer.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.comparison.ImageScores;
import org.neuralharmonizer.study.comparison.NetworkEntry;
import org.neuralharmonizer.study.comparison.NetworkEvaluation;
import org.neuralharmonizer.study.comparison.NetworkStudy;
import org.neuralharmonizer.study.comparison.Scoring;

/** A study on Spark against one on one machine. */
final class SparkStudyTest {
  private static final Scoring.Keeper NOWHERE = images -> {};

  @TempDir private Path folder;

  @Test
  void scoresHaveTheBitsOfOneMachineHoweverTheyAreSpread() throws IOException {
    DrawnPhotographs drawn = DrawnPhotographs.in(folder, 61);
    List<ImageScores> here = here(drawn, drawn.networks().get(0));
    for (String parallelism : List.of("1", "3")) {
      try (JavaSparkContext context =
          Clusters.start("local[2]", Map.of("spark.default.parallelism", parallelism))) {
        List<ImageScores> spread =
            SparkStudy.of(context, drawn).images(drawn.networks().get(0), List.of(), NOWHERE);
        assertThat(spread).isEqualTo(here);
      }
    }
  }

  @Test
  @Tag("once")
  void processesScoreAWholeStudyAsOneMachineDoes() throws IOException {
    DrawnPhotographs drawn = DrawnPhotographs.in(folder, 20);
    NetworkStudy here;
    try (Backend backend = drawn.backend(2)) {
      here = study(drawn, new NetworkEvaluation(drawn.protocol(), backend), "here");
    }
    // Records are unknown to the serializer that many clusters are set to.
    Map<String, String> settings =
        Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    try (JavaSparkContext context = Clusters.ofProcesses(2, settings)) {
      NetworkStudy spread = study(drawn, SparkStudy.of(context, drawn), "spark");
      assertThat(spread.results()).isEqualTo(here.results());
      assertThat(spread.controls()).isEqualTo(here.controls());
      assertThat(spread.controls().ceilings()).hasSize(4);
    }
  }

  @Test
  void whatWasScoredIsKeptAndNotScoredAgain() throws IOException {
    DrawnPhotographs drawn = DrawnPhotographs.in(folder, 200);
    NetworkEntry network = drawn.networks().get(0);
    List<List<ImageScores>> kept = new ArrayList<>();
    try (JavaSparkContext context =
        Clusters.start("local[2]", Map.of("spark.default.parallelism", "1"))) {
      SparkStudy study = SparkStudy.of(context, drawn);
      List<ImageScores> all = study.images(network, List.of(), now -> kept.add(List.copyOf(now)));
      assertThat(kept).hasSize(2);
      assertThat(kept.get(0)).hasSize(128);
      // Were the first scored again, their pictures would be missed.
      for (int i = 0; i < 128; i++) {
        Files.writeString(folder.resolve("images/p%03d.png".formatted(i)), "damaged");
      }
      assertThat(study.images(network, kept.get(0), NOWHERE)).isEqualTo(all);
      assertThatIllegalStateException()
          .isThrownBy(() -> study.images(network, List.of(), NOWHERE))
          .withMessageContaining("scoring network 0: ")
          .withMessageContaining(".png");
    }
  }

  private NetworkStudy study(DrawnPhotographs drawn, Scoring scoring, String name)
      throws IOException {
    return NetworkStudy.of(
        drawn.networks(),
        drawn.protocol(),
        Map.of(),
        scoring,
        folder.resolve(name),
        "test",
        line -> {});
  }

  private static List<ImageScores> here(DrawnPhotographs drawn, NetworkEntry network)
      throws IOException {
    try (Backend backend = drawn.backend(1)) {
      return new NetworkEvaluation(drawn.protocol(), backend).images(network, List.of(), NOWHERE);
    }
  }
}
