package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.study.networks.Framing;
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
  private final Framing framing;

  private Photographs(
      List<String> ids,
      Tensor pixels,
      Tensor maps,
      double[] mapWeights,
      List<RaterMaps> raterMaps,
      Framing framing) {
    this.framing = framing;
    this.ids = List.copyOf(ids);
    this.pixels = pixels;
    this.maps = maps;
    this.mapWeights = mapWeights;
    this.raterMaps = List.copyOf(raterMaps);
  }

  /**
   * Reads two folders.
   *
   * @param framing of the prepared images and maps
   * @throws IllegalArgumentException if there are no photographs, none has a map, or one has two
   * @throws IOException if a folder or file cannot be read, or a map does not fit its photograph or
   *     holds a value that is not finite
   */
  public static Photographs read(Path images, Path maps, Framing framing) throws IOException {
    PhotographFiles files = PhotographFiles.in(images, maps);
    return files.read(0, files.size(), framing);
  }

  /**
   * Reads photographs without maps, in that order.
   *
   * @param framing of the prepared images
   * @throws IOException if a file cannot be read
   */
  public static Photographs unmapped(List<Path> images, Framing framing) throws IOException {
    List<PhotographFiles.Entry> entries = new ArrayList<>();
    for (Path image : images) {
      String id = Folders.id(String.valueOf(image.getFileName()));
      entries.add(new PhotographFiles.Entry(id, image, List.of()));
    }
    return of(entries, framing);
  }

  /** Some of the photographs of files. */
  static Photographs of(List<PhotographFiles.Entry> entries, Framing framing) throws IOException {
    int size = framing.size();
    List<Tensor> pictures = new ArrayList<>();
    List<Tensor> human = new ArrayList<>();
    List<RaterMaps> raters = new ArrayList<>();
    double[] weights = new double[entries.size()];
    for (PhotographFiles.Entry entry : entries) {
      Tensor picture = Images.read(entry.photograph());
      if (entry.maps().isEmpty()) {
        human.add(Tensor.zeros(Shape.of(size, size)));
      } else {
        HumanMaps found = HumanMaps.read(entry.photograph(), picture.shape(), entry.maps());
        human.add(Resampling.BILINEAR.resize(central(found.map(), framing), size, size));
        found
            .raters()
            .ifPresent(each -> raters.add(RaterMaps.of(entry.id(), central(each, framing))));
        weights[pictures.size()] = 1;
      }
      pictures.add(BoxResize.resize(central(picture, framing), size, size));
    }
    return new Photographs(
        entries.stream().map(PhotographFiles.Entry::id).toList(),
        Tensor.stack(pictures),
        Tensor.stack(human),
        weights,
        raters,
        framing);
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

  /** People's maps, N × H × W; those of photographs without one are zeros. */
  public Tensor maps() {
    return maps;
  }

  /** Whether a photograph has a map. */
  public boolean hasMap(int photograph) {
    return mapWeights[photograph] > 0;
  }

  /** The maps of single raters, cut like the photographs but of their own size. */
  public List<RaterMaps> raterMaps() {
    return raterMaps;
  }

  /** What was done to the files, in words. */
  public String preparation() {
    int side = framing.size();
    String part = framing.share() == 1 ? "" : framing.share() + " of the height of the ";
    return part
        + ("central square; image to %d × %d by means of whole pixels (as Pillow's BOX) in whole"
                + " grey values, map bilinear")
            .formatted(side, side);
  }

  /** The data set for a network. */
  public LabeledImages labeled(Network network, Labels labels) {
    return mapped(
        LabeledImages.of(
            network.preprocessing().apply(pixels),
            labels.classes(),
            network.classifier().classes()));
  }

  /**
   * The data set for a network with soft labels.
   *
   * @param probabilities N × K
   */
  public LabeledImages labeled(Network network, Tensor probabilities) {
    return mapped(LabeledImages.of(network.preprocessing().apply(pixels), probabilities));
  }

  private LabeledImages mapped(LabeledImages images) {
    return images.withMaps(maps, mapWeights).withIds(ids);
  }

  private static Tensor central(Tensor planes, Framing framing) {
    Shape shape = planes.shape();
    int height = shape.extent(-2);
    int width = shape.extent(-1);
    int side = framing.side(height, width);
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
