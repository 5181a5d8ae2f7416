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
 * How human are maps that you already have? Alignment needs no network of this library: save maps
 * N × H × W from any framework as .npy and give two files, the model's and people's.
 */
public final class E03AlignmentOfGivenMaps {
  private static final int COUNT = 40;
  private static final int SIZE = 32;

  private E03AlignmentOfGivenMaps() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 2) {
      Tensor model = Npy.read(Path.of(arguments[0]));
      compare(ImportanceMap.split(Npy.read(Path.of(arguments[1]))), "your model", model);
      return;
    }
    // Without files, people look at one spot per image, mostly near the centre ...
    Tensor people = spots(0, 0);
    System.out.println("People, on the first image:");
    System.out.println(TextMap.of(people.slice(0)));
    List<ImportanceMap> human = ImportanceMap.split(people);
    // ... and three models look at the same spot, somewhat aside, and anywhere.
    compare(human, "with noise", spots(0, 0.3));
    compare(human, "6 pixels aside", spots(6, 0));
    SeededRandom random = SeededRandom.of(2);
    compare(human, "random", Tensor.generate(people.shape(), i -> random.nextDouble()));
  }

  private static void compare(List<ImportanceMap> human, String name, Tensor model) {
    List<ImportanceMap> predicted = ImportanceMap.split(model);
    System.out.println(name);
    // Spearman compares the order of all pixels, Dice only the top tenth: report which one you mean.
    for (AlignmentMeasure measure :
        List.of(AlignmentMeasure.spearman(), AlignmentMeasure.dice())) {
      HumanAlignment alignment = HumanAlignment.measuredBy(measure);
      report("  " + measure.name(), alignment.evaluate(predicted, human));
      // People look at the middle of pictures, so a map of the middle scores well without looking.
      // A model has learned something about the images only above this line.
      report("    center bias", CenterBiasControl.evaluate(alignment, human));
    }
  }

  private static void report(String name, AlignmentResult result) {
    System.out.printf(
        "%-34s %6.3f   95%% of resamples in [%6.3f, %6.3f]%n",
        name, result.mean(), result.interval().lower(), result.interval().upper());
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
                  Math.exp(-(Math.pow(i % SIZE - x, 2) + Math.pow(i / SIZE - y, 2)) / 40)
                      + noise * random.nextGaussian()));
    }
    return Tensor.stack(maps);
  }
}
