package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** One photograph at the size of its framing; a map of its size; single raters' of any. */
  record Prepared(String id, Tensor pixels, Optional<Tensor> map, Optional<RaterMaps> raters) {}

  /** Reads and prepares one of some photographs. */
  @FunctionalInterface
  interface Reader {
    Prepared read(int position) throws IOException;
  }

  /** Some of the photographs of files. */
  static Photographs of(List<PhotographFiles.Entry> entries, Framing framing) throws IOException {
    return of(entries.size(), framing, i -> read(entries.get(i), framing));
  }

  /** Photographs one after the other, at least one. */
  static Photographs of(int count, Framing framing, Reader reader) throws IOException {
    List<String> ids = new ArrayList<>();
    List<Tensor> pictures = new ArrayList<>();
    List<Tensor> human = new ArrayList<>();
    List<RaterMaps> raters = new ArrayList<>();
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      Prepared one = reader.read(i);
      ids.add(one.id());
      pictures.add(one.pixels());
      human.add(one.map().orElseGet(() -> Tensor.zeros(Shape.of(framing.size(), framing.size()))));
      one.raters().ifPresent(raters::add);
      weights[i] = one.map().isPresent() ? 1 : 0;
    }
    return new Photographs(
        ids, Tensor.stack(pictures), Tensor.stack(human), weights, raters, framing);
  }

  private static Prepared read(PhotographFiles.Entry entry, Framing framing) throws IOException {
    int size = framing.size();
    Tensor picture = Images.read(entry.photograph());
    Optional<HumanMaps> found =
        entry.maps().isEmpty()
            ? Optional.empty()
            : Optional.of(HumanMaps.read(entry.photograph(), picture.shape(), entry.maps()));
    return new Prepared(
        entry.id(),
        BoxResize.resize(central(picture, framing), size, size),
        found.map(maps -> Resampling.BILINEAR.resize(central(maps.map(), framing), size, size)),
        found
            .flatMap(HumanMaps::raters)
            .map(each -> RaterMaps.of(entry.id(), central(each, framing))));
  }

  /** The number of photographs. */
  public int size() {
    return ids.size();
  }

  /** The names of the files without their endings, in order. */
  public List<String> ids() {
    return ids;
  }

  /** Red, green and blue of 0…255, N × 3 × H × W; whole numbers if they come from files. */
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

  /** What was done to files, in words. */
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
