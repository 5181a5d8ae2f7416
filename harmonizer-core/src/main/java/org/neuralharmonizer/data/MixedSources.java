package org.neuralharmonizer.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Several sources as one, each with a fixed part of every epoch, such as a fifth with maps and the
 * rest without. Each source is gone through in an order drawn anew for each round, on from one
 * epoch to the next: a small one comes round more often, and no image of a source is used twice
 * before all others of it were once.
 */
public final class MixedSources implements ImageSource {
  private final List<ImageSource> sources;

  /** Where the stretch of each source begins, and the end of the last. */
  private final int[] bounds;

  private final long seed;
  private final Map<Integer, Order> orders = new HashMap<>();

  private MixedSources(List<ImageSource> sources, int[] bounds, long seed) {
    this.sources = sources;
    this.bounds = bounds;
    this.seed = seed;
  }

  /**
   * A mixture.
   *
   * @param sources of the same classes and image shape
   * @param counts images of each source in an epoch, each at least 1
   */
  public static MixedSources of(List<? extends ImageSource> sources, int[] counts, long seed) {
    if (sources.isEmpty() || sources.size() != counts.length) {
      throw new IllegalArgumentException(
          "mixed sources: %d counts for %d sources — give one for each of at least one"
              .formatted(counts.length, sources.size()));
    }
    int[] bounds = new int[counts.length + 1];
    ImageSource first = sources.get(0);
    for (int i = 0; i < counts.length; i++) {
      ImageSource each = sources.get(i);
      if (counts[i] < 1) {
        throw new IllegalArgumentException(
            "mixed sources: %d images of \"%s\" — give at least 1, or leave the source out"
                .formatted(counts[i], each.description()));
      }
      if (each.classes() != first.classes() || !each.imageShape().equals(first.imageShape())) {
        throw new IllegalArgumentException(
            "mixed sources: %s of %d classes beside %s of %d — prepare them alike"
                .formatted(each.imageShape(), each.classes(), first.imageShape(), first.classes()));
      }
      bounds[i + 1] = Math.addExact(bounds[i], counts[i]);
    }
    return new MixedSources(List.copyOf(sources), bounds, seed);
  }

  /**
   * Two sources, of which the first has a share of every epoch; an epoch has as many images as both
   * together.
   *
   * @param share above 0, below 1
   */
  public static MixedSources ofShare(
      ImageSource first, ImageSource second, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "mixed sources: a share of %s is no mixture — give above 0, below 1".formatted(share));
    }
    int epoch = Math.addExact(first.size(), second.size());
    int ofFirst = Math.min(epoch - 1, Math.max(1, (int) Math.round(share * epoch)));
    return of(List.of(first, second), new int[] {ofFirst, epoch - ofFirst}, seed);
  }

  /** One source and one of its visits. */
  private record Place(int source, Visit visit) {}

  /** In which order a source is gone through in one of its rounds. */
  private record Order(long round, int[] positions) {}

  /** A round is what the source sees as an epoch. */
  private Place place(Visit visit) {
    int source = source(visit.position());
    int size = sources.get(source).size();
    long step = visit.epoch() * count(source) + visit.position() - bounds[source];
    int[] order = order(source, step / size);
    return new Place(source, new Visit(order[(int) (step % size)], step / size));
  }

  /** Drawn anew only where another round is asked for than last time. */
  private synchronized int[] order(int source, long round) {
    Order last = orders.get(source);
    if (last == null || last.round() != round) {
      int size = sources.get(source).size();
      last = new Order(round, SeededRandom.of(seed).stream(source, round).permutation(size));
      orders.put(source, last);
    }
    return last.positions();
  }

  private int source(int position) {
    if (position < 0 || position >= size()) {
      throw new IndexOutOfBoundsException(
          "mixed sources: position %d of %d images".formatted(position, size()));
    }
    int found = Arrays.binarySearch(bounds, position);
    return found >= 0 ? found : -found - 2;
  }

  private int count(int source) {
    return bounds[source + 1] - bounds[source];
  }

  @Override
  public int size() {
    return bounds[sources.size()];
  }

  @Override
  public int classes() {
    return sources.get(0).classes();
  }

  @Override
  public Shape imageShape() {
    return sources.get(0).imageShape();
  }

  /** Of all sources, however often an epoch takes them. */
  @Override
  public int mapped() {
    return sources.stream().mapToInt(ImageSource::mapped).sum();
  }

  @Override
  public double mapWeight(Visit visit) {
    Place place = place(visit);
    return sources.get(place.source()).mapWeight(place.visit());
  }

  @Override
  public String id(Visit visit) {
    Place place = place(visit);
    return sources.get(place.source()).id(place.visit());
  }

  @Override
  public void announce(List<Visit> visits) {
    List<Place> places = visits.stream().map(this::place).toList();
    for (int source = 0; source < sources.size(); source++) {
      sources.get(source).announce(of(source, places));
    }
  }

  @Override
  public LabeledImages.Batch batch(List<Visit> visits) {
    List<Place> places = visits.stream().map(this::place).toList();
    List<LabeledImages.@Nullable Batch> parts = new ArrayList<>();
    for (int source = 0; source < sources.size(); source++) {
      List<Visit> own = of(source, places);
      parts.add(own.isEmpty() ? null : sources.get(source).batch(own));
    }
    int[] next = new int[sources.size()];
    List<Tensor> images = new ArrayList<>();
    List<Tensor> labels = new ArrayList<>();
    List<Tensor> maps = new ArrayList<>();
    float[] weights = new float[places.size()];
    for (int i = 0; i < weights.length; i++) {
      int source = places.get(i).source();
      LabeledImages.Batch part = Objects.requireNonNull(parts.get(source));
      int row = next[source]++;
      images.add(part.images().slice(row));
      labels.add(part.labels().slice(row));
      maps.add(part.maps().slice(row));
      weights[i] = part.mapWeights().value(row);
    }
    return new LabeledImages.Batch(
        Tensor.stack(images),
        Tensor.stack(labels),
        Tensor.stack(maps),
        Tensor.of(Shape.of(weights.length), weights));
  }

  private static List<Visit> of(int source, List<Place> places) {
    return places.stream().filter(each -> each.source() == source).map(Place::visit).toList();
  }

  @Override
  public String description() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      parts.add(count(i) + " of " + sources.get(i).description());
    }
    return "each epoch " + String.join("; ", parts) + "; order of seed " + seed;
  }

  @Override
  public String toString() {
    return description();
  }
}
