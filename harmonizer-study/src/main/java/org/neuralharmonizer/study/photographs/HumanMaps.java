package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.Npz;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * What people said about one photograph, its whole area, as the files hold it.
 *
 * @param map H × W; where only raters' maps are given, their mean
 * @param raters R × H × W, maybe of another size
 */
record HumanMaps(Tensor map, Optional<Tensor> raters) {

  /**
   * The maps of a photograph of a shape C × H × W.
   *
   * @param files at least one
   */
  static HumanMaps read(Path photograph, Shape shape, List<Path> files) throws IOException {
    Map<String, Tensor> maps = new LinkedHashMap<>();
    Map<String, Tensor> raters = new LinkedHashMap<>();
    for (Path file : files) {
      for (Map.Entry<String, Tensor> array : arrays(file).entrySet()) {
        check(array.getKey(), array.getValue(), shape);
        (array.getValue().shape().rank() == 2 ? maps : raters)
            .put(array.getKey(), array.getValue());
      }
    }
    Optional<Tensor> map = only(photograph, "maps", maps);
    Optional<Tensor> eachRater = only(photograph, "files of raters' maps", raters);
    return new HumanMaps(
        map.orElseGet(() -> RaterMaps.of("", eachRater.orElseThrow()).mean().values()), eachRater);
  }

  /** The arrays of a file by a name that says where they are. */
  private static Map<String, Tensor> arrays(Path file) throws IOException {
    return switch (Folders.ending(file)) {
      case "npy" -> Map.of("\"" + file + "\"", Npy.read(file));
      case "npz" -> {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        Npz.read(file).forEach((name, array) -> arrays.put("\"" + file + "\" " + name, array));
        yield arrays;
      }
      default -> Map.of("\"" + file + "\"", Images.readMap(file));
    };
  }

  private static void check(String name, Tensor array, Shape photograph) throws IOException {
    Shape shape = array.shape();
    if ((shape.rank() != 2 && shape.rank() != 3) || array.size() == 0) {
      throw new MalformedFileException(
          "read %s: the array is %s — a map is H × W, maps of raters are R × H × W"
              .formatted(name, shape));
    }
    int height = shape.extent(-2);
    int width = shape.extent(-1);
    double expected = (double) height * photograph.extent(2) / photograph.extent(1);
    if (Math.abs(width - expected) > Math.max(1, expected / height)) {
      throw new MalformedFileException(
          "read %s: the map is %d × %d, its image %d × %d — give maps of the whole image"
              .formatted(name, height, width, photograph.extent(1), photograph.extent(2)));
    }
    for (int i = 0; i < array.size(); i++) {
      if (!Float.isFinite(array.value(i))) {
        throw new MalformedFileException(
            "read %s: %s at %srow %d, column %d — every value of a map must be finite"
                .formatted(
                    name,
                    array.value(i),
                    shape.rank() == 2 ? "" : "rater " + i / (height * width) + ", ",
                    i / width % height,
                    i % width));
      }
    }
  }

  private static Optional<Tensor> only(Path photograph, String kind, Map<String, Tensor> found) {
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "maps: \"%s\" has %d %s, %s — keep one of them"
              .formatted(photograph, found.size(), kind, String.join(" and ", found.keySet())));
    }
    return found.values().stream().findFirst();
  }
}
