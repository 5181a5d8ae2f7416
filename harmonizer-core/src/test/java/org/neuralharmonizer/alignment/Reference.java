package org.neuralharmonizer.alignment;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

/** The reference values of the statistics, computed in double by SciPy and NumPy. */
final class Reference {
  /** Sums of some hundred terms in another order: a few units in the last place of double. */
  static final double DOUBLE = 1e-12;

  private Reference() {}

  static Map<String, Object> statistics() {
    return Json.object(Json.read(ReferenceData.folder("golden").resolve("c_stats.json")));
  }

  static Map<String, Object> statistics(String part) {
    return Json.object(statistics().get(part));
  }

  static Map<String, Tensor> maps() {
    return Safetensors.read(ReferenceData.folder("golden").resolve("c_maps.safetensors"));
  }

  /** Raters × images × H × W. */
  static Tensor raters() {
    return Safetensors.read(ReferenceData.folder("golden").resolve("c_raters.safetensors"))
        .get("raters");
  }

  static List<int[]> permutations(Object value) {
    return Json.list(value).stream().map(Json::ints).toList();
  }

  /** The maps of one image out of raters × images × H × W. */
  static Tensor ofImage(Tensor raters, int image) {
    Shape shape = raters.shape();
    Tensor[] maps = new Tensor[shape.extent(0)];
    for (int rater = 0; rater < maps.length; rater++) {
      maps[rater] = raters.slice(rater).slice(image);
    }
    return Tensor.stack(List.of(maps));
  }
}
