package org.neuralharmonizer.data;

import java.util.Optional;
import java.util.OptionalInt;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Random images of unequal sizes; every third has no map. */
public record DrawnCatalogue(int size, int classes, long seed) implements ImageCatalogue {

  @Override
  public Entry entry(int position) {
    return new Entry(
        "image " + position,
        "drawn",
        OptionalInt.of(position % classes),
        OptionalInt.empty(),
        position % 3 != 0);
  }

  @Override
  public Sample read(int position) {
    SeededRandom random = SeededRandom.of(seed).stream(position);
    int height = 20 + random.nextInt(20);
    int width = 20 + random.nextInt(20);
    Tensor pixels = Tensor.generate(Shape.of(3, height, width), i -> random.nextInt(256));
    Tensor map = Tensor.generate(Shape.of(height / 2, width / 2), i -> random.nextDouble());
    return new Sample(pixels, position % 3 == 0 ? Optional.empty() : Optional.of(map));
  }

  @Override
  public String mapConvention() {
    return "random values";
  }

  @Override
  public String description() {
    return "drawn images";
  }
}
