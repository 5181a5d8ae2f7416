package org.neuralharmonizer.psychophysics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** From logits to decisions, and from decisions to curves and their comparison. */
class DecisionsTest {
  private static final RevealLevels LEVELS = RevealLevels.asInPaper();
  private static final List<String> CONDITIONS =
      IntStream.range(0, LEVELS.count()).mapToObj(String::valueOf).toList();

  @Test
  void readoutsDiffer() {
    // Two animals, three objects.
    Categories categories =
        Categories.of(List.of("animal", "animal", "object", "object", "object"));
    Tensor logits = Tensor.of(Shape.of(5), 3, 0, 2.5f, 2, 0);
    assertThat(Readout.HIGHEST.decide(logits, categories)).isEqualTo("animal");
    assertThat(Readout.SUMMED_LOGITS.decide(logits, categories)).isEqualTo("object");
    // 3 / 2 and 4.5 / 3: equal, so the first.
    assertThat(Readout.MEAN_LOGITS.decide(logits, categories)).isEqualTo("animal");
    // e^3 + 1 = 21.1 and e^2.5 + e^2 + 1 = 20.6.
    assertThat(Readout.SUMMED_PROBABILITIES.decide(logits, categories)).isEqualTo("animal");
    assertThat(Readout.MEAN_PROBABILITIES.decide(logits, categories)).isEqualTo("animal");
    Tensor higher = Tensor.of(Shape.of(5), 1000, 997, 999.9f, 999, 997);
    assertThat(Readout.SUMMED_PROBABILITIES.decide(higher, categories)).isEqualTo("object");
    assertThat(Readout.MEAN_PROBABILITIES.decide(higher, categories)).isEqualTo("animal");
  }

  @Test
  void sumsFavourTheCategoryWithMoreClasses() {
    Categories imagenet = Categories.animalsOfImageNet();
    assertThat(imagenet).hasToString("398 classes of animal, 602 classes of object");
    assertThat(imagenet.of(397)).isEqualTo("animal");
    assertThat(imagenet.of(398)).isEqualTo("object");
    Tensor nothing = Tensor.filled(Shape.of(1000), 1);
    assertThat(Readout.SUMMED_LOGITS.decide(nothing, imagenet)).isEqualTo("object");
    assertThat(Readout.SUMMED_PROBABILITIES.decide(nothing, imagenet)).isEqualTo("object");
  }

  @Test
  void whatCannotDecideIsNamed() {
    Categories imagenet = Categories.animalsOfImageNet();
    assertThatThrownBy(() -> Readout.HIGHEST.decide(Tensor.zeros(Shape.of(10)), imagenet))
        .hasMessageContaining("10 logits for categories of 1000 classes");
    Tensor broken = Tensor.filled(Shape.of(1000), Float.NaN);
    assertThatThrownBy(() -> Readout.MEAN_LOGITS.decide(broken, imagenet))
        .hasMessageContaining("logit 0 is NaN");
    assertThatThrownBy(() -> Categories.of(List.of("a", "a")))
        .hasMessageContaining("all classes belong to [a]");
    assertThatThrownBy(() -> imagenet.of(1000)).hasMessageContaining("class 1000 of 1000");
  }

  private static Trial trial(String observer, String condition, int image, boolean right) {
    String truth = image % 2 == 0 ? "animal" : "object";
    String other = image % 2 == 0 ? "object" : "animal";
    return new Trial(observer, 1, condition, "i" + image, truth, right ? truth : other, 0.4);
  }

  /** People who see each image once, at one level. */
  private static List<Trial> people(
      int count, int images, PsychometricFunction function, double spread, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    List<Trial> trials = new ArrayList<>();
    for (int person = 0; person < count; person++) {
      PsychometricFunction own =
          new PsychometricFunction(
              function.threshold() + spread * random.nextGaussian(), function.slope(), 0.5, 0.02);
      for (int image = 0; image < images; image++) {
        int level = (image + person) % LEVELS.count();
        boolean right = random.nextDouble() < own.at(Math.log10(LEVELS.percents().get(level)));
        trials.add(trial("person " + person, CONDITIONS.get(level), image, right));
      }
    }
    return trials;
  }

  private static List<Trial> network(int images, PsychometricFunction function, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    List<Trial> trials = new ArrayList<>();
    for (int level = 0; level < LEVELS.count(); level++) {
      for (int image = 0; image < images; image++) {
        boolean right = random.nextDouble() < function.at(Math.log10(LEVELS.percents().get(level)));
        trials.add(trial("network", CONDITIONS.get(level), image, right));
      }
    }
    return trials;
  }

  @Test
  void aCurveCountsAndItsIntervalsHoldThePoints() {
    PsychometricFunction function = new PsychometricFunction(1, 3, 0.5, 0.02);
    AccuracyCurve curve = AccuracyCurve.of(people(20, 110, function, 0.2, 1), CONDITIONS, 1);
    assertThat(curve.observers()).isEqualTo(20);
    for (int i = 0; i < curve.points().size(); i++) {
      AccuracyCurve.Point point = curve.points().get(i);
      assertThat(point.accuracy().trials()).isEqualTo(200);
      assertThat(point.accuracy().value()).isBetween(point.lower(), point.upper());
      double truth = function.at(Math.log10(LEVELS.percents().get(i)));
      // Four standard errors of 200 trials.
      assertThat(point.accuracy().value()).isCloseTo(truth, within(4 * 0.5 / Math.sqrt(200)));
    }
    assertThatThrownBy(() -> AccuracyCurve.of(network(2, function, 1), List.of("full"), 1))
        .hasMessageContaining("no trial in condition \"full\"");
  }

  /** Of participants drawn anew: wider than binomial where people differ. */
  @Test
  void intervalsOverObserversSeeThatPeopleDiffer() {
    List<Trial> trials = new ArrayList<>();
    for (int person = 0; person < 10; person++) {
      for (int image = 0; image < 100; image++) {
        trials.add(trial("person " + person, "0", image, person < 5));
      }
    }
    AccuracyCurve.Point point = AccuracyCurve.of(trials, List.of("0"), 3).points().get(0);
    assertThat(point.accuracy().lower(0.95)).isCloseTo(0.47, within(0.01));
    // Ten draws of 0 or 1: a standard deviation of 0.5 / √10.
    assertThat(point.overObservers().standardError()).isCloseTo(0.158, within(0.01));
    assertThat(point.lower()).isEqualTo(point.overObservers().lower()).isLessThan(0.3);
  }

  @Test
  void aNetworkThatDecidesLikePeopleIsMoreAlike() {
    PsychometricFunction function = new PsychometricFunction(1, 4, 0.5, 0.02);
    List<Trial> people = people(40, 110, function, 0.1, 2);
    DecisionComparison like =
        DecisionComparison.of(network(110, function, 5), people, CONDITIONS, 1);
    PsychometricFunction late = new PsychometricFunction(1.7, 4, 0.5, 0.02);
    DecisionComparison unlike = DecisionComparison.of(network(110, late, 5), people, CONDITIONS, 1);
    assertThat(like.alignment().value()).isGreaterThan(unlike.overParticipants().upper());
    assertThat(unlike.area()).isLessThan(-0.1).isLessThan(like.area());
    assertThat(like.overImages().lower()).isLessThan(like.overImages().upper());
    assertThat(like.consistency()).containsOnlyKeys(CONDITIONS);
    // Independent errors.
    assertThat(like.consistency().get("5").kappa()).isBetween(-0.2, 0.2);
    assertThat(like.consistency().get("5").stimuli()).isEqualTo(400);
  }

  @Test
  void consistencyWithOneOtherIsThatOfTwo() {
    PsychometricFunction function = new PsychometricFunction(1, 4, 0.5, 0.02);
    List<Trial> one = network(50, function, 1).subList(0, 50);
    List<Trial> other = network(50, function, 2).subList(0, 50);
    assertThat(ErrorConsistency.between(one, other)).isEqualTo(ErrorConsistency.of(one, other));
    assertThatThrownBy(() -> ErrorConsistency.between(List.of(one.get(0), one.get(0)), other))
        .hasMessageContaining("saw \"i0\" more than once");
  }

  @Test
  void curvesAreScaledAndCompared() {
    double[] network = {0.4, 0.6, 0.8};
    double[] people = {0.5, 0.9, 0.9};
    // 0, ½, 1 and 0, 1, 1: a mean square of 1/12, and two triangles of ¼ over two steps.
    DecisionAlignment score = DecisionAlignment.of(network, people, 1);
    assertThat(score.value()).isCloseTo(Math.log(12), within(1e-12));
    assertThat(DecisionAlignment.areaBetween(network, people)).isCloseTo(-0.25, within(1e-12));
    assertThat(DecisionAlignment.of(people, people, 1).value()).isInfinite();
    assertThat(DecisionAlignment.of(people, people, 1).resamples()).isZero();
    // Resamples without the middle level are equal curves and left out: (2/3)³ of them.
    assertThat(score.resamples()).isBetween(640, 770);
    assertThatThrownBy(() -> DecisionAlignment.of(new double[] {1, 1, 1}, people, 1))
        .hasMessageContaining("the curve of model is flat");
    assertThatThrownBy(() -> DecisionAlignment.of(new double[] {0, 1}, people, 1))
        .hasMessageContaining("2 levels of the model, 3 of people");
  }

  /** The scorer that was never released compares percentages with people, whatever the model. */
  @Test
  void theUnmergedScorerKnowsNoModel() {
    double[] people = {0.5, 0.6, 0.7};
    DecisionAlignment score =
        DecisionAlignment.asInUnmergedCode(new double[] {1, 10, 100}, people, 1);
    double squares = 1 + 9.5 * 9.5 + 99.0 * 99;
    assertThat(score.value()).isCloseTo(-Math.log(squares / 3), within(1e-12));
  }

  @Test
  void participantsWhoDoNotDoTheTaskAreLeftOutAndNamed() {
    List<Trial> trials = new ArrayList<>();
    for (int image = 0; image < 20; image++) {
      trials.add(trial("good", image < 10 ? "full" : "0", image, image % 10 != 3));
      trials.add(trial("guessing", "full", image, image % 2 == 0 && image < 10));
      String answer = image < 10 ? null : image % 2 == 0 ? "animal" : "object";
      trials.add(
          new Trial("slow", 1, "0", "i" + image, image % 2 == 0 ? "animal" : "object", answer, 1));
      trials.add(
          new Trial(
              "stuck", 1, "0", "i" + image, image % 2 == 0 ? "animal" : "object", "animal", 1));
    }
    trials.add(new Trial("good", 1, "0", "i99", "animal", "animal", 0.01));

    ParticipantFilter.Result result =
        ParticipantFilter.standard().apply(trials, trial -> trial.condition().equals("full"));

    assertThat(result.excluded())
        .containsEntry("guessing", "0.25 right on whole images")
        .containsEntry("slow", "0.50 of trials without an answer")
        .containsEntry("stuck", "1.00 of answers the same")
        .hasSize(3);
    assertThat(result.tooFast()).isEqualTo(1);
    assertThat(result.trials()).hasSize(21).last().matches(trial -> trial.answer() == null);
    assertThat(ParticipantFilter.none().apply(trials, trial -> true).trials())
        .containsExactlyInAnyOrderElementsOf(trials);
  }

  @Test
  void powerGrowsWithParticipantsAndIsTheLevelWithoutAnEffect() {
    PsychometricFunction function = new PsychometricFunction(1, 4, 0.5, 0.02);
    PowerAnalysis.Design design = new PowerAnalysis.Design(function, 0, 0.1, LEVELS, 10, 44, 0.05);
    // 400 experiments: four standard errors of 0.011.
    assertThat(PowerAnalysis.of(design, 1).power()).isBetween(0.006, 0.094);
    PowerAnalysis.Design effect = new PowerAnalysis.Design(function, 0.3, 0.1, LEVELS, 5, 44, 0.05);
    double few = PowerAnalysis.of(effect, 1).power();
    double many = PowerAnalysis.of(effect.withParticipants(40), 1).power();
    assertThat(many).isGreaterThan(few).isGreaterThan(0.8);
    PowerAnalysis enough = PowerAnalysis.smallest(effect, 0.8, 1);
    assertThat(enough.power()).isGreaterThanOrEqualTo(0.8);
    assertThat(enough.design().participants()).isBetween(6, 40);
    PowerAnalysis.Design hopeless = new PowerAnalysis.Design(function, 0, 0.1, LEVELS, 2, 1, 1e-9);
    assertThatThrownBy(() -> PowerAnalysis.smallest(hopeless, 0.9, 1))
        .hasMessageContaining("show more images, or give up");
  }
}
