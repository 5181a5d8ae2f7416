package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A folder of photographs with a folder of people's maps, prepared for a network. Photographs
 * without a map have map weight 0. Immutable.
 *
 * <p>The map of {@code N.jpg} is the file named {@code N} or {@code N} with {@code _}, {@code -} or
 * {@code .} and more: {@code .npy} or {@code .npz} of H × W (a map) or R × H × W (one per rater),
 * or a grey {@code .png} or {@code .jpg}. Where only raters' maps are given, the map is their mean.
 */
public final class Photographs {
  private final List<String> ids;
  private final Tensor pixels;
  private final Tensor maps;
  private final double[] mapWeights;
  private final List<RaterMaps> raterMaps;

  private Photographs(
      List<String> ids,
      Tensor pixels,
      Tensor maps,
      double[] mapWeights,
      List<RaterMaps> raterMaps) {
    this.ids = List.copyOf(ids);
    this.pixels = pixels;
    this.maps = maps;
    this.mapWeights = mapWeights;
    this.raterMaps = List.copyOf(raterMaps);
  }

  /**
   * Reads two folders.
   *
   * @param size height and width of the prepared images and maps
   * @throws IllegalArgumentException if there are no photographs, none has a map, or one has two
   * @throws IOException if a folder or file cannot be read, or a map does not fit its photograph or
   *     holds a value that is not finite
   */
  public static Photographs read(Path images, Path maps, int size) throws IOException {
    Map<String, Path> files = Folders.photographs(images);
    Map<String, List<Path>> mapFiles = Folders.maps(maps, files.keySet());
    List<Tensor> pictures = new ArrayList<>();
    List<Tensor> human = new ArrayList<>();
    List<RaterMaps> raters = new ArrayList<>();
    double[] weights = new double[files.size()];
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Tensor picture = Images.read(file.getValue());
      List<Path> given = mapFiles.get(file.getKey());
      if (given == null) {
        human.add(Tensor.zeros(Shape.of(size, size)));
      } else {
        HumanMaps found = HumanMaps.read(file.getValue(), picture.shape(), given);
        human.add(Resampling.BILINEAR.resize(centralSquare(found.map()), size, size));
        found
            .raters()
            .ifPresent(each -> raters.add(RaterMaps.of(file.getKey(), centralSquare(each))));
        weights[pictures.size()] = 1;
      }
      pictures.add(BoxResize.resize(centralSquare(picture), size, size));
    }
    return new Photographs(
        List.copyOf(files.keySet()), Tensor.stack(pictures), Tensor.stack(human), weights, raters);
  }

  /** The number of photographs. */
  public int size() {
    return ids.size();
  }

  /** The names of the files without their endings, in order. */
  public List<String> ids() {
    return ids;
  }

  /** Red, green and blue as whole numbers 0…255, N × 3 × H × W. */
  public Tensor pixels() {
    return pixels;
  }

  /** The maps of single raters, cut like the photographs but of their own size. */
  public List<RaterMaps> raterMaps() {
    return raterMaps;
  }

  /** What was done to the files, in words. */
  public String preparation() {
    int side = pixels.shape().extent(2);
    return ("central square; image to %d × %d by means of whole pixels (as Pillow's BOX) in whole"
            + " grey values, map bilinear")
        .formatted(side, side);
  }

  /** The data set for a network. */
  public LabeledImages labeled(Network network, Labels labels) {
    return mapped(
        LabeledImages.of(
            network.scaling().apply(pixels), labels.classes(), network.classifier().classes()));
  }

  /**
   * The data set for a network with soft labels.
   *
   * @param probabilities N × K
   */
  public LabeledImages labeled(Network network, Tensor probabilities) {
    return mapped(LabeledImages.of(network.scaling().apply(pixels), probabilities));
  }

  private LabeledImages mapped(LabeledImages images) {
    return images.withMaps(maps, mapWeights).withIds(ids);
  }

  private static Tensor centralSquare(Tensor planes) {
    Shape shape = planes.shape();
    int height = shape.extent(-2);
    int width = shape.extent(-1);
    int side = Math.min(height, width);
    int top = (height - side) / 2;
    int left = (width - side) / 2;
    int rank = shape.rank();
    return Tensor.generate(
        shape.with(rank - 2, side).with(rank - 1, side),
        i -> {
          int row = i / side % side + top;
          return planes.value((i / (side * side) * height + row) * width + i % side + left);
        });
  }
}
