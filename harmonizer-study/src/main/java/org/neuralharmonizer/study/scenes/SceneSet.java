package org.neuralharmonizer.study.scenes;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Scenes gathered for training and measuring: pictures, labels, and importance maps where people
 * looked. Immutable. What is large and seldom needed (masks, one map per rater) is drawn again from
 * the seed by {@link #scene}.
 */
public final class SceneSet {
  private final SceneGenerator generator;
  private final Split split;
  private final Tensor images;
  private final Tensor importanceMaps;
  private final Tensor mapWeights;
  private final int[] labels;
  private final int[] shortcuts;

  private SceneSet(
      SceneGenerator generator,
      Split split,
      Tensor images,
      Tensor importanceMaps,
      Tensor mapWeights,
      int[] labels,
      int[] shortcuts) {
    this.generator = generator;
    this.split = split;
    this.images = images;
    this.importanceMaps = importanceMaps;
    this.mapWeights = mapWeights;
    this.labels = labels;
    this.shortcuts = shortcuts;
  }

  static SceneSet gather(SceneGenerator generator, Split split, int count) {
    int size = generator.options().imageSize();
    Shape imageShape = Shape.of(count, 3, size, size);
    Shape mapShape = Shape.of(count, size, size);
    float[] images = new float[imageShape.size()];
    float[] maps = new float[mapShape.size()];
    float[] weights = new float[count];
    int[] labels = new int[count];
    int[] shortcuts = new int[count];
    int plane = size * size;
    for (int i = 0; i < count; i++) {
      Scene scene = generator.scene(split, i);
      scene.image().copyTo(images, 3 * plane * i);
      Optional<Tensor> map = scene.importanceMap();
      if (map.isPresent()) {
        map.get().copyTo(maps, plane * i);
        weights[i] = 1;
      }
      labels[i] = scene.label();
      shortcuts[i] = scene.shortcut();
    }
    return new SceneSet(
        generator,
        split,
        Tensor.adopt(imageShape, images),
        Tensor.adopt(mapShape, maps),
        Tensor.adopt(Shape.of(count), weights),
        labels,
        shortcuts);
  }

  public SceneOptions options() {
    return generator.options();
  }

  public Split split() {
    return split;
  }

  /** The number of scenes. */
  public int count() {
    return labels.length;
  }

  /** The pictures, N × 3 × H × W in 0…1. */
  public Tensor images() {
    return images;
  }

  /** The mean over raters of their maps, N × H × W; zeros where the scene is not mapped. */
  public Tensor importanceMaps() {
    return importanceMaps;
  }

  /** 1 where the scene is mapped, else 0; N. */
  public Tensor mapWeights() {
    return mapWeights;
  }

  /** Pictures, labels and maps as training and measuring take them. */
  public LabeledImages labeledImages() {
    double[] weights = new double[count()];
    Arrays.setAll(weights, mapWeights::value);
    return LabeledImages.of(images, labels, options().classes()).withMaps(importanceMaps, weights);
  }

  /** The class numbers; a copy. */
  public int[] labels() {
    return labels.clone();
  }

  /** The class numbers that the shortcuts show; a copy. */
  public int[] shortcuts() {
    return shortcuts.clone();
  }

  /** The true classes by name, in the order of their labels. */
  public List<String> classNames() {
    return Arrays.stream(Creature.values())
        .limit(options().classes())
        .map(Creature::title)
        .toList();
  }

  /** The indices of the mapped scenes, ascending. */
  public int[] mapped() {
    return IntStream.range(0, count()).filter(i -> mapWeights.value(i) > 0).toArray();
  }

  /** One scene in full, with masks and the raters' clicks. */
  public Scene scene(int index) {
    return generator.scene(split, Objects.checkIndex(index, count()));
  }
}
