package org.neuralharmonizer.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.study.report.ColourMap;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.study.scenes.SceneSet;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Images side by side, twice as large, as PNG files. */
final class Gallery {
  private static final int ZOOM = 2;

  private Gallery() {}

  /** Scenes as drawn, 0 to 1. */
  static void write(Path file, SceneSet scenes) throws IOException {
    Files.write(file, Picture.image(beside(scenes.images()), "scenes").png());
  }

  /** Maps over their images of −2 to 2, each map from its own lowest to its highest value. */
  static void write(Path file, LabeledImages images, Tensor maps) throws IOException {
    Tensor pixels = images.all().images();
    Tensor scenes = Tensor.generate(pixels.shape(), i -> pixels.value(i) / 4 + 0.5);
    Shape shape = maps.shape();
    Tensor wide =
        beside(unit(maps).reshape(Shape.of(shape.extent(0), 1, shape.extent(1), shape.extent(2))));
    Picture picture = Picture.overlay(beside(scenes), wide.slice(0), ColourMap.VIRIDIS, "maps");
    Files.write(file, picture.png());
  }

  /** N × C × H × W to C × H·zoom × N·W·zoom. */
  private static Tensor beside(Tensor images) {
    Shape shape = images.shape();
    int height = shape.extent(2) * ZOOM;
    int width = shape.extent(0) * shape.extent(3) * ZOOM;
    return Tensor.generate(
        Shape.of(shape.extent(1), height, width),
        i -> {
          int x = i % width / ZOOM;
          int y = i / width % height / ZOOM;
          return images.at(x / shape.extent(3), i / width / height, y, x % shape.extent(3));
        });
  }

  private static Tensor unit(Tensor maps) {
    int pixels = maps.shape().inner().size();
    float[] values = maps.toArray();
    for (int from = 0; from < values.length; from += pixels) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = from; i < from + pixels; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      for (int i = from; i < from + pixels; i++) {
        values[i] = (float) (high > low ? (values[i] - low) / (high - low) : 0);
      }
    }
    return Tensor.adopt(maps.shape(), values);
  }
}
