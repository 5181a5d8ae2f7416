package org.neuralharmonizer.examples;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.alignment.LeaveOneOutReliability;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.study.scenes.Scene;
import org.neuralharmonizer.study.scenes.SceneGenerator;
import org.neuralharmonizer.study.scenes.SceneOptions;
import org.neuralharmonizer.study.scenes.Split;

/** Is a correlation of 0.5 much? That depends on how well people agree with each other. */
public final class E04InterRaterCeiling {
  private static final int IMAGES = 24;

  private E04InterRaterCeiling() {}

  public static void main(String[] arguments) {
    // Eight simulated people clicked on each picture, and every one clicked elsewhere.
    SceneGenerator generator = SceneGenerator.of(SceneOptions.standard(1));
    List<RaterMaps> raters = new ArrayList<>();
    List<ImportanceMap> human = new ArrayList<>();
    List<ImportanceMap> bodies = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      Scene scene = generator.scene(Split.TEST, i);
      RaterMaps maps = RaterMaps.of("scene " + i, scene.raterMaps().orElseThrow());
      raters.add(maps);
      human.add(maps.mean());
      bodies.add(ImportanceMap.of(scene.body()));
    }
    System.out.println("One person, and the mean of all, on the first scene:");
    System.out.println(small(raters.get(0).rater(0)));
    System.out.println(small(human.get(0)));

    // Two ways to ask how reliable people are. Half against half is the reliability of four raters;
    // Spearman and Brown's formula says what it would be of all eight.
    SplitHalfReliability.Result halves = SplitHalfReliability.seeded(1, 100).of(raters);
    LeaveOneOutReliability.Result single = LeaveOneOutReliability.standard().of(raters);
    List<InterRaterCeiling> ceilings =
        List.of(
            InterRaterCeiling.leaveOneOut(single),
            InterRaterCeiling.splitHalf(halves),
            InterRaterCeiling.splitHalfSpearmanBrown(halves));

    // A "model" that marks the whole body: right place, but it does not know which part matters.
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());
    AlignmentResult raw = alignment.evaluate(bodies, human);
    System.out.printf("Marking the whole body: raw alignment %.3f%n%n", raw.mean());
    System.out.println("ceiling                       value   share reached");
    for (InterRaterCeiling ceiling : ceilings) {
      AlignmentResult result = alignment.withCeiling(ceiling).evaluate(bodies, human);
      System.out.printf(
          "%-27s %7.3f   %.3f%n",
          ceiling.estimate(), ceiling.value(), result.normalized().orElseThrow());
    }
    // The same maps reach quite different shares. A normalized score without the ceiling's name
    // says nothing, so results carry it; a ceiling of other images or raters is no ceiling here.
  }

  private static String small(ImportanceMap map) {
    return TextMap.of(map.prepared(Resampling.BILINEAR.to(24, 24)).values());
  }
}
