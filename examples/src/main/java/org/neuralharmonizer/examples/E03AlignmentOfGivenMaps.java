package org.neuralharmonizer.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.CenterBiasControl;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * How human are maps that you already have? Alignment needs no network of this library: save maps N
 * × H × W from any framework as .npy and give two files, the model's and people's.
 */
public final class E03AlignmentOfGivenMaps {
  private static final int COUNT = 40;
  private static final int SIZE = 32;

  private E03AlignmentOfGivenMaps() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 2) {
      List<ImportanceMap> model = ImportanceMap.split(Npy.read(Path.of(arguments[0])));
      compare(ImportanceMap.split(Npy.read(Path.of(arguments[1]))), "your model", model);
      return;
    }
    // Without files, people look at one spot per image, mostly near the centre ...
    Tensor people = spots(0, 0);
    System.out.println("People, on the first image:");
    System.out.println(TextMap.of(people.slice(0)));
    List<ImportanceMap> human = ImportanceMap.split(people);
    // ... and two models look at the same spot through noise, and somewhat aside.
    compare(human, "noisy", ImportanceMap.split(spots(0, 0.3)));
    compare(human, "6 pixels aside", ImportanceMap.split(spots(6, 0)));
    // People look at the middle of pictures, so a map of the middle scores without looking at any:
    // what a model has learned about the images is what it reaches above this.
    compare(human, "center bias", CenterBiasControl.predictions(human));
  }

  private static void compare(
      List<ImportanceMap> human, String name, List<ImportanceMap> predicted) {
    System.out.println(name);
    // Spearman compares the order of all pixels, also of those that nobody looks at, and there
    // noise is all there is; Dice compares the top tenth. Say which one you mean.
    for (AlignmentMeasure measure : List.of(AlignmentMeasure.spearman(), AlignmentMeasure.dice())) {
      AlignmentResult result = HumanAlignment.measuredBy(measure).evaluate(predicted, human);
      System.out.printf(
          "  %-32s %6.3f   95%% interval [%.3f, %.3f]%n",
          measure.name(), result.mean(), result.interval().lower(), result.interval().upper());
    }
  }

  /** One soft spot per image, near the centre by chance, moved aside, with noise. */
  private static Tensor spots(double aside, double noise) {
    List<Tensor> maps = new ArrayList<>();
    for (int image = 0; image < COUNT; image++) {
      SeededRandom random = SeededRandom.of(1).stream(image);
      double x = SIZE / 2.0 + 4 * random.nextGaussian() + aside;
      double y = SIZE / 2.0 + 4 * random.nextGaussian();
      maps.add(
          Tensor.generate(
              Shape.of(SIZE, SIZE),
              i ->
                  Math.exp(
                          -(Math.pow(i % SIZE - x, 2) + Math.pow(Math.floorDiv(i, SIZE) - y, 2))
                              / 40)
                      + noise * random.nextGaussian()));
    }
    return Tensor.stack(maps);
  }
}
