package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Drawn pictures of a bright spot, maps of where it is, and a small network for 16 × 16 pixels. */
record TinyPhotographs(Path images, Path maps, Path labels, Path weights) {
  static final String NETWORK = "reference_cnn_16";
  private static final int CLASSES = 3;

  /** Five pictures: three have a map, one has two raters' maps, one has none. */
  static TinyPhotographs in(Path folder) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path maps = Files.createDirectories(folder.resolve("maps"));
    StringBuilder labels = new StringBuilder("image,label\n");
    for (int i = 0; i < 5; i++) {
      int column = 8 + 3 * i;
      Images.write(images.resolve("p" + i + ".png"), picture(column, i % CLASSES));
      labels.append("p").append(i).append(".png,").append(i % CLASSES).append('\n');
      if (i < 3) {
        Npy.write(maps.resolve("p" + i + "_map.npy"), spot(12, 16, column / 2.0, 1));
      } else if (i == 3) {
        Npy.write(maps.resolve("p3-raters.npy"), raters(column / 2.0));
      }
    }
    Path labelFile = Files.writeString(folder.resolve("labels.csv"), labels);
    Classifier network =
        ReferenceCnn.of(CLASSES).withImage(Shape.of(3, 16, 16)).withWidths(4, 4).classifier();
    Path weights = folder.resolve("weights.safetensors");
    ParameterFiles.save(weights, network.initialize(3), Map.of());
    return new TinyPhotographs(images, maps, labelFile, weights);
  }

  /** 24 × 32, of which the central 24 × 24 count. */
  private static Tensor picture(int column, int label) {
    Tensor spot = spot(24, 32, column, 200);
    return Tensor.generate(
        Shape.of(3, 24, 32),
        i -> 20 + i % 7 + (i / spot.size() == label ? spot.value(i % spot.size()) : 0));
  }

  private static Tensor raters(double column) {
    Tensor one = spot(12, 16, column, 1);
    Tensor other = spot(12, 16, column + 1, 2);
    return Tensor.stack(List.of(one, other));
  }

  private static Tensor spot(int height, int width, double column, double peak) {
    return Tensor.generate(
        Shape.of(height, width),
        i -> {
          int row = i / width;
          double y = (row - height / 2.0) / height;
          double x = (i % width - column) / height;
          return peak * Math.exp(-30 * (x * x + y * y));
        });
  }
}
