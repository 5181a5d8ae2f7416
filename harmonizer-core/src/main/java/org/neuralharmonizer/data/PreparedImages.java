package org.neuralharmonizer.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A catalogue's images as a network takes them: read, cut, resized, blended and normalised by
 * threads of its own, while the network trains on those before. What was announced and not yet
 * taken is all that lies in memory.
 *
 * <p>What is drawn for an image is a function of the seed, the epoch and its position: the same
 * bits for any number of threads.
 *
 * <p>A map is cut like its image, resized to the image's size unless it is shown whole, prepared,
 * and resized to that size if the preparation ends at another. Labels of blended images are soft.
 */
public final class PreparedImages implements ImageSource, AutoCloseable {
  private static final long VIEW = 0;
  private static final long BLEND = 1;
  private static final long PARTNER = 2;

  private final Settings settings;
  private final int[] mapped;
  private final int[] unmapped;
  private final ExecutorService threads;
  private final Map<Visit, Future<Prepared>> announced = new HashMap<>();

  private record Settings(
      ImageCatalogue catalogue,
      int classes,
      int side,
      Preprocessing preprocessing,
      MapPreparation maps,
      Augmentation augmentation,
      Mixup mixup,
      long seed) {}

  /** One image as it enters a batch. */
  private record Prepared(Tensor image, double[] label, float[] map, boolean hasMap) {}

  private PreparedImages(Settings settings, int threadCount) {
    this.settings = settings;
    ImageCatalogue catalogue = settings.catalogue();
    requireLabels(catalogue, settings.classes());
    mapped = IntStream.range(0, catalogue.size()).filter(this::hasMap).toArray();
    unmapped = IntStream.range(0, catalogue.size()).filter(i -> !hasMap(i)).toArray();
    ThreadFactory factory =
        work -> {
          Thread thread = new Thread(work, "images of " + catalogue.description());
          thread.setDaemon(true);
          return thread;
        };
    threads = Executors.newFixedThreadPool(threadCount, factory);
  }

  /**
   * Settings for a catalogue whose images all have labels; {@link ImageCatalogue#only} leaves out
   * those that have none.
   *
   * @param classes the number of classes, K
   * @param side height and width that the network takes
   * @param preprocessing what becomes of pixels; its central share is what is shown unless there is
   *     an augmentation
   */
  public static Builder of(
      ImageCatalogue catalogue, int classes, int side, Preprocessing preprocessing) {
    return new Builder(catalogue, classes, side, preprocessing);
  }

  @Override
  public int size() {
    return settings.catalogue().size();
  }

  @Override
  public int classes() {
    return settings.classes();
  }

  @Override
  public Shape imageShape() {
    int side = settings.side();
    return Shape.of(settings.preprocessing().channels().count(), side, side);
  }

  @Override
  public int mapped() {
    return mapped.length;
  }

  private boolean hasMap(int position) {
    return settings.catalogue().entry(position).hasMap();
  }

  @Override
  public double mapWeight(Visit visit) {
    return hasMap(visit.position()) ? 1 : 0;
  }

  @Override
  public String id(Visit visit) {
    return settings.catalogue().entry(visit.position()).id();
  }

  /** Begins to prepare them; what was announced before and not taken is given up. */
  @Override
  public synchronized void announce(List<Visit> visits) {
    announced.keySet().retainAll(visits);
    begin(visits);
  }

  private List<Future<Prepared>> begin(List<Visit> visits) {
    return visits.stream().map(visit -> announced.computeIfAbsent(visit, this::submitted)).toList();
  }

  private Future<Prepared> submitted(Visit visit) {
    return threads.submit(() -> prepared(visit));
  }

  @Override
  public LabeledImages.Batch batch(List<Visit> visits) {
    List<Future<Prepared>> begun;
    synchronized (this) {
      begun = begin(visits);
      announced.keySet().removeAll(visits);
    }
    List<Prepared> images = new ArrayList<>();
    for (int i = 0; i < begun.size(); i++) {
      images.add(finished(begun.get(i), visits.get(i)));
    }
    return batched(images);
  }

  private Prepared finished(Future<Prepared> image, Visit visit) {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("images: interrupted while reading \"" + id(visit) + "\"", e);
    } catch (ExecutionException e) {
      String message = "images: \"" + id(visit) + "\": " + e.getCause().getMessage();
      throw e.getCause() instanceof IOException cause
          ? new UncheckedIOException(message, cause)
          : new IllegalArgumentException(message, e.getCause());
    }
  }

  private LabeledImages.Batch batched(List<Prepared> images) {
    int count = images.size();
    int side = settings.side();
    return new LabeledImages.Batch(
        Tensor.stack(images.stream().map(Prepared::image).toList()),
        Tensor.generate(
            Shape.of(count, classes()), i -> images.get(i / classes()).label()[i % classes()]),
        Tensor.generate(
            Shape.of(count, side, side),
            i -> images.get(i / (side * side)).map()[i % (side * side)]),
        Tensor.generate(Shape.of(count), i -> images.get(i).hasMap() ? 1 : 0));
  }

  private Prepared prepared(Visit visit) throws IOException {
    SeededRandom random = SeededRandom.of(settings.seed()).stream(visit.epoch(), visit.position());
    Prepared image = single(visit.position(), random.stream(VIEW));
    SeededRandom blend = random.stream(BLEND);
    double weight = settings.mixup().weight(blend);
    if (weight == 1) {
      return image;
    }
    int[] partners = image.hasMap() ? mapped : unmapped;
    int partner = partners[blend.nextInt(partners.length)];
    return blended(image, single(partner, random.stream(PARTNER)), weight);
  }

  private Prepared blended(Prepared one, Prepared other, double weight) {
    double rest = 1 - weight;
    double[] label = new double[one.label().length];
    for (int k = 0; k < label.length; k++) {
      label[k] = weight * one.label()[k] + rest * other.label()[k];
    }
    float[] map = new float[one.map().length];
    for (int i = 0; i < map.length; i++) {
      map[i] = (float) (weight * one.map()[i] + rest * other.map()[i]);
    }
    Tensor image =
        Tensor.generate(
            one.image().shape(),
            i -> weight * one.image().value(i) + rest * other.image().value(i));
    return new Prepared(image, label, map, one.hasMap());
  }

  private Prepared single(int position, SeededRandom random) throws IOException {
    ImageCatalogue.Entry entry = settings.catalogue().entry(position);
    ImageCatalogue.Sample sample = settings.catalogue().read(position);
    Shape shape = sample.pixels().shape();
    View view = settings.augmentation().draw(shape.extent(-2), shape.extent(-1), random);
    int side = settings.side();
    double[] label = new double[classes()];
    label[entry.label().orElseThrow()] = 1;
    Tensor image = settings.preprocessing().apply(view.show(sample.pixels(), side, side));
    Pixels.requireFinite("images, \"" + entry.id() + "\"", image);
    float[] map =
        sample.map().isPresent()
            ? map(sample.map().get(), view, entry.id())
            : new float[side * side];
    return new Prepared(image, label, map, sample.map().isPresent());
  }

  private float[] map(Tensor given, View view, String id) {
    int side = settings.side();
    Tensor shown = view.equals(View.WHOLE) ? given : view.show(given, side, side);
    Tensor map = settings.maps().apply(shown);
    Shape wanted = Shape.of(side, side);
    if (!map.shape().equals(wanted)) {
      map = View.WHOLE.show(map, side, side);
    }
    Pixels.requireFinite("images, map of \"" + id + "\"", map);
    return map.toArray();
  }

  @Override
  public String description() {
    return "%s (%d images, %d with a map: %s), %s, maps %s, %s, %s, at %d × %d, seed %d"
        .formatted(
            settings.catalogue().description(),
            size(),
            mapped.length,
            settings.catalogue().mapConvention(),
            settings.augmentation(),
            settings.maps().description(),
            settings.mixup(),
            settings.preprocessing().text(),
            settings.side(),
            settings.side(),
            settings.seed());
  }

  @Override
  public String toString() {
    return description();
  }

  /** Ends its threads; what they were preparing is lost. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static void requireLabels(ImageCatalogue catalogue, int classes) {
    if (catalogue.size() == 0) {
      throw new IllegalArgumentException(
          "images: " + catalogue.description() + " holds none — give at least one");
    }
    for (int i = 0; i < catalogue.size(); i++) {
      ImageCatalogue.Entry entry = catalogue.entry(i);
      OptionalInt label = entry.label();
      if (label.isEmpty() || label.getAsInt() < 0 || label.getAsInt() >= classes) {
        String found = label.isEmpty() ? "no label" : "label " + label.getAsInt();
        throw new IllegalArgumentException(
            "images: \"%s\" has %s, the classes are 0 … %d — leave such images out"
                .formatted(entry.id(), found, classes - 1));
      }
    }
  }

  /**
   * Settings. Unless changed: the central square, maps as given, no mixup, seed 0, one thread for
   * each processor.
   */
  public static final class Builder {
    private final ImageCatalogue catalogue;
    private final int classes;
    private final int side;
    private final Preprocessing preprocessing;
    private MapPreparation maps = MapPreparation.none();
    private Augmentation augmentation;
    private Mixup mixup = Mixup.none();
    private long seed;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder(ImageCatalogue catalogue, int classes, int side, Preprocessing preprocessing) {
      this.catalogue = catalogue;
      this.classes = positive("classes", classes);
      this.side = positive("side", side);
      this.preprocessing = preprocessing;
      augmentation = Augmentation.central(preprocessing.centralShare());
    }

    /** What becomes of a map, after it was cut like its image. */
    public Builder maps(MapPreparation preparation) {
      maps = preparation;
      return this;
    }

    public Builder augmentation(Augmentation parts) {
      augmentation = parts;
      return this;
    }

    public Builder mixup(Mixup blending) {
      mixup = blending;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** How many images are prepared at once. */
    public Builder threads(int count) {
      threads = positive("threads", count);
      return this;
    }

    /**
     * Checks labels and begins the threads.
     *
     * @throws IllegalArgumentException if there are no images, or one has no label among the
     *     classes
     */
    public PreparedImages build() {
      return new PreparedImages(
          new Settings(catalogue, classes, side, preprocessing, maps, augmentation, mixup, seed),
          threads);
    }

    private static int positive(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException("images: " + what + " must be at least 1, not " + value);
      }
      return value;
    }
  }
}
