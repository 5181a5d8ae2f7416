package org.neuralharmonizer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Every example runs and shows what its text promises. */
final class ExamplesTest {

  @Test
  void saliencyForetellsTheEffectOfAPixel() throws Exception {
    Printed printed = Printed.by(E01Saliency::main);
    for (String pixel : new String[] {"( 4,  8)", "( 8,  8)", "( 8, 12)", "(15, 15)"}) {
      double[] row = printed.row(pixel);
      // Six decimals are printed, and a step as small as this passes few kinks of the network.
      assertThat(row[1]).as(pixel).isCloseTo(row[0], within(5e-6));
    }
  }

  @Test
  void theBackendCanBeNamed() throws Exception {
    assertThat(Printed.by(E01Saliency::main, "--backend", "cpu").text())
        .isEqualTo(Printed.by(E01Saliency::main).text());
    assertThatThrownBy(() -> E01Saliency.main(new String[] {"cpu"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("example: \"cpu\" — nothing, or --backend NAME");
  }

  @Test
  void coarseLevelsForgiveNoiseButNotAnotherPlace() throws Exception {
    Printed printed = Printed.by(E02PyramidAndLoss::main);
    assertThat(printed.text()).contains("16 pixels wide").contains("2 pixels wide");
    assertThat(printed.row("equal  ")).containsExactly(0, 0, 0, 0, 0);
    double[] noise = printed.row("equal with noise");
    double[] aside = printed.row("one pixel to the side");
    double[] away = printed.row("five pixels away");
    assertThat(noise[0]).as("level 1").isGreaterThan(aside[0]);
    assertThat(noise[1]).as("level 2").isLessThan(aside[1]);
    for (int i = 0; i < away.length; i++) {
      assertThat(away[i]).isGreaterThan(Math.max(aside[i], noise[i]));
    }
  }

  @Test
  void measuresJudgeNoiseAndPlaceDifferently() throws Exception {
    Printed printed = Printed.by(E03AlignmentOfGivenMaps::main);
    // Computed from seeded draws in double precision, so exact to what is printed.
    assertThat(printed.text())
        .containsSubsequence(
            "noisy",
            "Spearman correlation              0.399   95% interval [0.392, 0.405]",
            "Dice above the 90th percentile    0.595   95% interval [0.583, 0.608]",
            "6 pixels aside",
            "Spearman correlation              0.777   95% interval [0.748, 0.804]",
            "center bias",
            "Spearman correlation              0.731   95% interval [0.669, 0.795]");
  }

  @Test
  void mapsMayComeFromFiles(@TempDir Path folder) throws Exception {
    Tensor maps = Tensor.generate(Shape.of(2, 5, 4), i -> Math.sin(i));
    Path file = folder.resolve("maps.npy");
    Npy.write(file, maps);
    Printed printed = Printed.by(E03AlignmentOfGivenMaps::main, file.toString(), file.toString());
    assertThat(printed.text()).contains("your model");
    assertThat(printed.row("Spearman correlation")).containsExactly(1, 1, 1);
  }

  @Test
  void ceilingsDifferAndSoDoShares() throws Exception {
    Printed printed = Printed.by(E04InterRaterCeiling::main);
    double raw = printed.row("Marking the whole body: raw alignment")[0];
    double[] single = printed.row("LEAVE_ONE_OUT");
    double[] half = printed.row("SPLIT_HALF ");
    double[] full = printed.row("SPLIT_HALF_SPEARMAN_BROWN");
    assertThat(single[0]).isLessThan(half[0]);
    assertThat(half[0]).isLessThan(full[0]);
    for (double[] row : new double[][] {single, half, full}) {
      // Both factors are printed with three decimals.
      assertThat(row[0] * row[1]).isCloseTo(raw, within(1e-3));
    }
  }

  @Test
  void harmonizingTurnsANetworkFromAShortcut() throws Exception {
    Printed printed = Printed.by(E05TrainAndHarmonize::main);
    double[] plain = printed.row("plain");
    double[] harmonized = printed.row("harmonized");
    // Training amplifies the last bit, which differs between processors: the effect is what holds.
    assertThat(plain[0]).as("plain, corner right").isGreaterThan(0.95);
    assertThat(plain[2]).as("plain, corner wrong").isLessThan(0.3);
    assertThat(harmonized[0]).as("harmonized, corner right").isGreaterThan(0.9);
    assertThat(harmonized[1]).as("corner at random").isGreaterThan(plain[1]);
    assertThat(harmonized[2]).as("corner wrong").isGreaterThan(plain[2]);
    assertThat(harmonized[3]).as("alignment").isGreaterThan(plain[3] + 0.1);
  }

  @Test
  void gradientsOfYourOwnNetworkAreRight() throws Exception {
    Printed printed = Printed.by(E06YourOwnNetwork::main);
    String[] parameters = {
      "stem.weight", "stem.bias", "conv.weight", "conv.bias", "gate.reduce.weight",
      "gate.reduce.bias", "gate.expand.weight", "gate.expand.bias", "logits.weight", "logits.bias"
    };
    for (String parameter : parameters) {
      double[] row = printed.row(parameter);
      // An objective near 60 is rounded to 4e-6, and the difference is divided by a step of 1e-3.
      assertThat(row[1]).as(parameter).isCloseTo(row[0], within(0.02));
    }
  }

  @Test
  void yourOwnExplanationTrains() throws Exception {
    Printed printed = Printed.by(E07YourOwnExplanationFunctional::main);
    assertThat(printed.text()).startsWith("SmoothedSaliency[copies=4, spread=0.1]");
    assertThat(printed.row("10 ")[0]).as("map loss").isLessThan(0.8 * printed.row("1 ")[0]);
    double[] alignments =
        printed
            .text()
            .lines()
            .filter(each -> each.startsWith("alignment "))
            .mapToDouble(each -> Double.parseDouble(each.substring(10, 14)))
            .toArray();
    assertThat(alignments[1]).as("after").isGreaterThan(alignments[0] + 0.05);
  }

  @Test
  void explanationsFindWhatTheNetworkUses() throws Exception {
    Printed printed = Printed.by(E08CompareExplanations::main);
    for (String name : ExplanationCalls.all().keySet()) {
      double[] row = printed.row(name + " ");
      assertThat(row[2]).as("%s: insertion", name).isGreaterThan(row[1] + 0.5);
    }
    // Removing patches is what these two measure, and what they are measured by.
    double saliency = printed.row("saliency ")[2];
    assertThat(printed.row("lime ")[2]).isGreaterThan(saliency);
    assertThat(printed.row("kernelShap ")[2]).isGreaterThan(saliency);
  }

  @Test
  void exampleOfTheReadmeHarmonizes() throws Exception {
    Printed printed = Printed.by(ReadmeExample::main);
    double plain = printed.row("λ₁ = 0: human alignment")[0];
    double harmonized = printed.row("λ₁ = 1: human alignment")[0];
    assertThat(harmonized).isGreaterThan(plain + 0.1);
  }
}
