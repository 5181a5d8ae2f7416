package org.neuralharmonizer.study.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.onnx.OnnxFiles;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.study.networks.NetworkCatalogue;
import org.neuralharmonizer.study.report.Csv;
import org.neuralharmonizer.study.scenes.Scene;
import org.neuralharmonizer.tensor.Tensor;

/** Test scenes and networks of a demonstration as files, in the layout of a study. */
public final class DemoFiles {
  private static final int WHITE = 255;

  private DemoFiles() {}

  /**
   * Writes {@code plain.onnx}, {@code harmonized.onnx} and their list {@code networks.csv}; of the
   * test scenes {@code images}, {@code maps} of every rater, and {@code labels.csv}; and what the
   * classes are, {@code creatures.csv}. Pictures are rounded to 256 levels, so scores differ in the
   * third digit from those of the demonstration.
   */
  public static void write(Path folder, DemoResult result) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path maps = Files.createDirectories(folder.resolve("maps"));
    List<String> labels = new ArrayList<>(List.of("image,label"));
    for (int i = 0; i < result.test().count(); i++) {
      Scene scene = result.test().scene(i);
      String name = String.format(Locale.ROOT, "scene-%04d", i);
      Tensor picture = scene.image();
      Images.write(
          images.resolve(name + ".png"),
          Tensor.generate(picture.shape(), at -> Math.round(picture.value(at) * WHITE)));
      if (scene.raterMaps().isPresent()) {
        Npy.write(maps.resolve(name + ".npy"), scene.raterMaps().get());
      }
      labels.add(name + "," + scene.label());
    }
    Csv.write(folder.resolve("labels.csv"), labels);
    List<String> categories = new ArrayList<>(List.of("class,category"));
    List<String> names = result.test().classNames();
    for (int i = 0; i < names.size(); i++) {
      categories.add(Csv.line(i, names.get(i)));
    }
    Csv.write(folder.resolve("creatures.csv"), categories);
    network(folder.resolve("plain.onnx"), result, result.plain().parameters());
    network(folder.resolve("harmonized.onnx"), result, result.harmonized().parameters());
    Csv.write(
        folder.resolve("networks.csv"),
        List.of(
            "name,network,source,baseline,accuracy",
            "plain,onnx,plain.onnx",
            "harmonized,onnx,harmonized.onnx,plain"));
  }

  private static void network(Path file, DemoResult result, Parameters values) throws IOException {
    Map<String, String> metadata = new TreeMap<>(result.provenance());
    metadata.put(NetworkCatalogue.PREPROCESSING, pixels().text());
    OnnxFiles.write(file, result.settings().network(), values, metadata);
  }

  /** What {@link DemoSettings#images} does with a picture of 0…255. */
  private static Preprocessing pixels() {
    List<Double> middle = List.of(0.5, 0.5, 0.5);
    List<Double> quarter = List.of(0.25, 0.25, 0.25);
    return new Preprocessing(Preprocessing.Channels.RGB, 1, middle, quarter, 1);
  }
}
