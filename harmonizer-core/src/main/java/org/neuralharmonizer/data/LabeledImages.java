package org.neuralharmonizer.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Images with labels and, for some or all of them, human importance maps. Everything is checked
 * where it enters, so what a batch holds is finite and fits together. Immutable.
 *
 * <p>A map weight per image, in [0, 1], says how much its map counts; 0 is an image without a map,
 * whose map reads as zeros whatever was given for it.
 */
public final class LabeledImages implements ImageSource {
  private final Tensor images;
  private final Tensor labels;
  private final List<String> ids;
  private final Tensor maps;
  private final float[] mapWeights;

  private LabeledImages(
      Tensor images, Tensor labels, List<String> ids, Tensor maps, float[] mapWeights) {
    this.images = images;
    this.labels = labels;
    this.ids = ids;
    this.maps = maps;
    this.mapWeights = mapWeights;
  }

  /**
   * Some of the images, ready for a training step.
   *
   * @param images B × C × H × W
   * @param labels B × K, each row a distribution over the classes
   * @param maps B × H × W, zeros where an image has no map
   * @param mapWeights B, each in [0, 1]; 0 where an image has no map
   */
  public record Batch(Tensor images, Tensor labels, Tensor maps, Tensor mapWeights) {
    /** The number of images, B. */
    public int size() {
      return mapWeights.size();
    }

    /** Some of them that follow each other. */
    public Batch slice(int from, int count) {
      int[] positions = IntStream.range(from, from + count).toArray();
      return new Batch(
          LabelChecks.gather(images, positions),
          LabelChecks.gather(labels, positions),
          LabelChecks.gather(maps, positions),
          Tensor.generate(Shape.of(count), i -> mapWeights.value(from + i)));
    }
  }

  /**
   * Images of one class each, without maps yet, named by their position.
   *
   * @param images N × C × H × W
   * @param labels one class per image, 0 … classes − 1
   * @param classes the number of classes, K
   * @throws IllegalArgumentException if a pixel is not finite or a label out of range; the message
   *     names image and position
   */
  public static LabeledImages of(Tensor images, int[] labels, int classes) {
    return of(images, LabelChecks.oneHot(labels, classes));
  }

  /**
   * Images with soft labels, such as mixtures, without maps yet, named by their position.
   *
   * @param images N × C × H × W
   * @param labels N × K; every row is non-negative and sums to 1
   * @throws IllegalArgumentException if a pixel is not finite or a row is no distribution
   */
  public static LabeledImages of(Tensor images, Tensor labels) {
    Shape shape = images.shape();
    if (shape.rank() != 4 || images.size() == 0) {
      throw new ShapeException(
          "labeled images: need N × C × H × W with at least one image and pixel, got " + shape);
    }
    int count = shape.extent(0);
    LabelChecks.requireDistributions(labels, count);
    for (int i = 0; i < count; i++) {
      Pixels.requireFinite("labeled images, image " + i, images.slice(i));
    }
    return new LabeledImages(
        images,
        labels,
        IntStream.range(0, count).mapToObj(String::valueOf).toList(),
        Tensor.zeros(Shape.of(0, shape.extent(2), shape.extent(3))),
        new float[count]);
  }

  /** The same with a map for every image, N × H × W, each of weight 1. */
  public LabeledImages withMaps(Tensor newMaps) {
    double[] weights = new double[size()];
    Arrays.fill(weights, 1);
    return withMaps(newMaps, weights);
  }

  /**
   * The same with maps and their weights. Where the weight is 0 the map may hold anything.
   *
   * @param newMaps N × H × W, of the images' size
   * @param weights one per image, in [0, 1]
   * @throws IllegalArgumentException if a map that counts is not finite or a weight is out of range
   */
  public LabeledImages withMaps(Tensor newMaps, double... weights) {
    Shape wanted = Shape.of(size(), height(), width());
    if (!newMaps.shape().equals(wanted)) {
      throw new ShapeException(
          "labeled images: maps are %s, the images %s need %s — resize the maps with"
                  .formatted(newMaps.shape(), images.shape(), wanted)
              + " Resampling, and give images without a map any map with weight 0");
    }
    float[] checked = LabelChecks.mapWeights(weights, size());
    float[] kept = newMaps.toArray();
    int pixels = height() * width();
    for (int i = 0; i < size(); i++) {
      if (checked[i] == 0) {
        Arrays.fill(kept, i * pixels, (i + 1) * pixels, 0);
      } else {
        Pixels.requireFinite("labeled images, map of image " + i, newMaps.slice(i));
      }
    }
    return new LabeledImages(images, labels, ids, Tensor.adopt(wanted, kept), checked);
  }

  /** The same under names of one's own, which appear in results. */
  public LabeledImages withIds(List<String> names) {
    if (names.size() != size()) {
      throw new IllegalArgumentException(
          "labeled images: " + names.size() + " ids for " + size() + " images");
    }
    return new LabeledImages(images, labels, List.copyOf(names), maps, mapWeights);
  }

  /** The number of images, N. */
  @Override
  public int size() {
    return mapWeights.length;
  }

  /** The number of classes, K. */
  @Override
  public int classes() {
    return labels.shape().extent(1);
  }

  public int channels() {
    return images.shape().extent(1);
  }

  public int height() {
    return images.shape().extent(2);
  }

  public int width() {
    return images.shape().extent(3);
  }

  @Override
  public Shape imageShape() {
    return images.shape().inner();
  }

  /** A name per image. */
  public List<String> ids() {
    return ids;
  }

  @Override
  public double mapWeight(Visit visit) {
    return mapWeight(visit.position());
  }

  @Override
  public String id(Visit visit) {
    return ids.get(visit.position());
  }

  /** The weight of an image's map; 0 if it has none. */
  public double mapWeight(int image) {
    return mapWeights[image];
  }

  @Override
  public int mapped() {
    return positions(this::hasMap).length;
  }

  /** The class of greatest label weight, the first of equals. */
  public int label(int image) {
    int best = 0;
    for (int k = 1; k < classes(); k++) {
      best = labels.at(image, k) > labels.at(image, best) ? k : best;
    }
    return best;
  }

  /** One image, C × H × W. */
  public Tensor image(int image) {
    return images.slice(image);
  }

  /**
   * The map of one image.
   *
   * @throws IllegalArgumentException if the image has no map
   */
  public ImportanceMap map(int image) {
    if (!hasMap(image)) {
      throw new IllegalArgumentException(
          "labeled images: image %d \"%s\" has no map — ask only where mapWeight is above 0"
              .formatted(image, ids.get(image)));
    }
    return ImportanceMap.of(maps.slice(image));
  }

  /** The images at some positions, in that order; one may come more than once. */
  public Batch batch(int... positions) {
    return new Batch(
        LabelChecks.gather(images, positions),
        LabelChecks.gather(labels, positions),
        mapsAt(positions),
        weightsAt(positions));
  }

  /** The images of some visits, which are the same in every epoch. */
  @Override
  public Batch batch(List<Visit> visits) {
    return batch(visits.stream().mapToInt(Visit::position).toArray());
  }

  /** All images at once. */
  public Batch all() {
    return batch(positions(i -> true));
  }

  /** A data set of the images at some positions. */
  public LabeledImages subset(int... positions) {
    Batch part = batch(positions);
    if (positions.length == 0) {
      throw new IllegalArgumentException("labeled images: a subset needs at least one image");
    }
    return new LabeledImages(
        part.images(),
        part.labels(),
        Arrays.stream(positions).mapToObj(ids::get).toList(),
        part.maps(),
        part.mapWeights().toArray());
  }

  /**
   * The images that have a map.
   *
   * @throws IllegalArgumentException if none has
   */
  public LabeledImages onlyMapped() {
    int[] found = positions(this::hasMap);
    if (found.length == 0) {
      throw new IllegalArgumentException(
          "labeled images: none of the " + size() + " images has a map — add them by withMaps");
    }
    return subset(found);
  }

  @Override
  public String description() {
    return toString();
  }

  @Override
  public String toString() {
    return "labeled images %s, %d classes, %d with a map"
        .formatted(images.shape(), classes(), mapped());
  }

  private boolean hasMap(int image) {
    return mapWeights[image] > 0;
  }

  private int[] positions(IntPredicate wanted) {
    return IntStream.range(0, size()).filter(wanted).toArray();
  }

  private Tensor mapsAt(int[] positions) {
    // Images without any map carry an empty tensor, not N × H × W zeros.
    return maps.size() > 0
        ? LabelChecks.gather(maps, positions)
        : Tensor.zeros(Shape.of(positions.length, height(), width()));
  }

  private Tensor weightsAt(int[] positions) {
    return Tensor.generate(Shape.of(positions.length), i -> mapWeights[positions[i]]);
  }
}
