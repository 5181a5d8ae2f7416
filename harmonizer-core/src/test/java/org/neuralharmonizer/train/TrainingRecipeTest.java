package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.DrawnCatalogue;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.MixedSources;
import org.neuralharmonizer.data.PreparedImages;
import org.neuralharmonizer.data.Preprocessing;

class TrainingRecipeTest {

  @Test
  void thePapersRateRisesForFiveEpochsAndFallsToTheNinetieth() {
    LearningRateSchedule schedule = TrainingRecipe.asInPaper().schedule();
    assertThat(schedule.rate(2.5)).isEqualTo(0.15);
    assertThat(schedule.rate(5)).isEqualTo(0.3);
    assertThat(schedule.rate(47.5)).isCloseTo(0.15, within(1e-12));
    assertThat(schedule.rate(90)).isZero();
  }

  @Test
  void theEarlierCodesRateFallsInThreeSteps() {
    LearningRateSchedule schedule = TrainingRecipe.asInEarlierCode().schedule();
    assertThat(schedule.rate(29)).isEqualTo(0.7);
    assertThat(schedule.rate(45)).isCloseTo(0.07, within(1e-12));
    assertThat(schedule.rate(89)).isCloseTo(0.0007, within(1e-12));
  }

  @Test
  void scalingKeepsTheCourse() {
    TrainingRecipe small = TrainingRecipe.asInPaper().scaledTo(64, 9);
    assertThat(small.batch()).isEqualTo(64);
    assertThat(small.schedule().rate(0.25)).isCloseTo(0.15 / 8, within(1e-12));
    assertThat(small.schedule().rate(0.5)).isCloseTo(0.3 / 8, within(1e-12));
    assertThat(small.schedule().rate(9)).isZero();
  }

  @Test
  void aRecipeTrainsAMixtureOfMappedAndPlainImages() {
    TrainingRecipe recipe = TrainingRecipe.asInReleasedCode().scaledTo(4, 2);
    DrawnCatalogue drawn = new DrawnCatalogue(12, SmallTask.CLASSES, 1);
    try (Backend backend = SmallTask.backend(2);
        PreparedImages mapped = images(recipe, drawn, true);
        PreparedImages plain = images(recipe, drawn, false)) {
      ImageSource mixed = MixedSources.ofShare(mapped, plain, recipe.mappedShare(), 1);
      Harmonizer.Builder settings = recipe.harmonizer(SmallTask.classifier());
      Map<String, String> said = settings.build().fit(mixed, backend).settings();
      assertThat(said.get("images")).contains("each epoch 2 of drawn images, with maps (8 images");
      assertThat(said.get("schedule")).contains("rates times 0.00390625");
    }
  }

  private static PreparedImages images(
      TrainingRecipe recipe, DrawnCatalogue drawn, boolean mapped) {
    return recipe
        .images(
            drawn.only(mapped ? "with maps" : "without", entry -> entry.hasMap() == mapped),
            SmallTask.CLASSES,
            8,
            Preprocessing.unit())
        .build();
  }
}
