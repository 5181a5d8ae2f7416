package org.neuralharmonizer.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Makes maps of what people marked: the weights of all points of a participant that fall into a
 * pixel are added up, then the map is prepared, by a blur as a rule. Points outside the image count
 * nowhere. Immutable.
 *
 * <pre>{@code
 * PointMaps.of(600, 800).prepared(GaussianBlur.centred(24)).raters("1097", markings).mean()
 * }</pre>
 */
public final class PointMaps {
  private final int height;
  private final int width;
  private final Presence presence;
  private final MapPreparation preparation;

  /** What several points of one participant in one pixel amount to. */
  public enum Presence {
    /** The sum of their weights. */
    SUMMED,
    /** 1, whatever their weights, as in the maps of ClickMe's newer code. */
    ONCE
  }

  private PointMaps(int height, int width, Presence presence, MapPreparation preparation) {
    this.height = height;
    this.width = width;
    this.presence = presence;
    this.preparation = preparation;
  }

  /** Maps of the size of the image in whose pixels the points are given. */
  public static PointMaps of(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "point maps: the image must be at least 1 × 1, not " + height + " × " + width);
    }
    return new PointMaps(height, width, Presence.SUMMED, MapPreparation.none());
  }

  public PointMaps withPresence(Presence other) {
    return new PointMaps(height, width, other, preparation);
  }

  /** The same with a step of preparation after those that there are. */
  public PointMaps prepared(MapPreparation step) {
    return new PointMaps(height, width, presence, preparation.then(step));
  }

  /**
   * The maps of one image, one for each participant, in the order of their first marking. Several
   * markings of one participant are one map.
   *
   * @throws IllegalArgumentException if there is no marking of that image
   */
  public RaterMaps raters(String image, List<Marking> markings) {
    Map<String, float[]> counts = new LinkedHashMap<>();
    for (Marking marking : markings) {
      if (marking.image().equals(image)) {
        float[] map =
            counts.computeIfAbsent(marking.participant(), who -> new float[height * width]);
        marking.points().forEach(point -> add(map, point));
      }
    }
    if (counts.isEmpty()) {
      throw new IllegalArgumentException(
          "point maps: no marking of \"" + image + "\" — ask only for images that have some");
    }
    int area = height * width;
    float[] all = new float[counts.size() * area];
    int next = 0;
    for (float[] map : counts.values()) {
      System.arraycopy(map, 0, all, next, area);
      next += area;
    }
    Tensor maps = Tensor.of(Shape.of(counts.size(), height, width), all);
    return RaterMaps.of(image, preparation.apply(maps));
  }

  private void add(float[] map, MarkedPoint point) {
    boolean isInside = point.x() >= 0 && point.x() < width && point.y() >= 0 && point.y() < height;
    if (isInside) {
      int row = (int) point.y();
      int column = (int) point.x();
      int pixel = row * width + column;
      float weight = (float) point.weight();
      map[pixel] = presence == Presence.ONCE ? 1 : map[pixel] + weight;
    }
  }

  /** Size, counting and preparation, as they go into results. */
  @Override
  public String toString() {
    return "points %s over %d × %d, %s"
        .formatted(
            presence == Presence.ONCE ? "counted once a pixel" : "summed",
            height,
            width,
            preparation.description());
  }
}
