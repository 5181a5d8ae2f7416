package org.neuralharmonizer.study.scenes;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Draws scenes. Each is a pure function of options, split and index, with the same bits on every
 * platform: neither order nor threads matter. Immutable, safe to share between threads.
 *
 * <p>Labels go round robin, so every class is equally frequent in any run of whole rounds.
 */
public final class SceneGenerator {
  /** Names of the independent streams of random numbers behind one scene. */
  private enum Stream {
    SHORTCUT_CLASS(0),
    CLUTTER(1),
    SHORTCUT(2),
    CREATURE(3),
    MAPPED(4),
    CLICKS(5),
    RATER(6);

    final int key;

    Stream(int key) {
      this.key = key;
    }
  }

  private final SceneOptions options;
  private final List<Rater> raters;

  private SceneGenerator(SceneOptions options) {
    this.options = options;
    var drawn = new ArrayList<Rater>();
    for (int rater = 0; rater < options.raters(); rater++) {
      drawn.add(Rater.drawn(Draws.of(options.seed(), Stream.RATER.key, rater)));
    }
    this.raters = List.copyOf(drawn);
  }

  public static SceneGenerator of(SceneOptions options) {
    return new SceneGenerator(options);
  }

  public SceneOptions options() {
    return options;
  }

  /**
   * The scene at an index of a split, with masks and clicks.
   *
   * @throws IllegalArgumentException for a negative index
   */
  public Scene scene(Split split, int index) {
    if (index < 0) {
      throw new IllegalArgumentException(
          "scenes: index is " + index + " in " + split + " — indices start at 0");
    }
    Creature creature = Creature.labeled(index % options.classes());
    int shortcut = shortcut(creature, split, draws(split, index, Stream.SHORTCUT_CLASS));
    var canvas = new Canvas(options.imageSize(), CreatureArtist.LAYERS);
    Clutter.paint(canvas, draws(split, index, Stream.CLUTTER));
    Shortcut.paint(canvas, shortcut, options.classes(), draws(split, index, Stream.SHORTCUT));
    CreatureArtist.paint(canvas, creature, draws(split, index, Stream.CREATURE));
    Tensor body = canvas.mask(CreatureArtist.BODY);
    Tensor first = canvas.mask(CreatureArtist.FIRST_PART);
    Tensor second = canvas.mask(CreatureArtist.SECOND_PART);
    List<List<Click>> clicks = new ArrayList<>();
    if (isMapped(split, index)) {
      Draws draws = draws(split, index, Stream.CLICKS);
      raters.forEach(rater -> clicks.add(rater.look(body, first, second, draws)));
    }
    Tensor parts = Tensor.stack(List.of(first, second));
    return new Scene(creature, shortcut, canvas.image(), body, parts, clicks);
  }

  /**
   * The first so many scenes of a split, gathered for training. About a millisecond each on one
   * core; to spread the work, draw {@link #scene} from several threads.
   *
   * @throws IllegalArgumentException unless the count is positive
   */
  public SceneSet draw(Split split, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "scenes: " + count + " scenes of " + split + " asked for — ask for at least 1");
    }
    return SceneSet.gather(this, split, count);
  }

  private boolean isMapped(Split split, int index) {
    return split != Split.TRAIN
        || draws(split, index, Stream.MAPPED).happens(options.mappedFraction());
  }

  private int shortcut(Creature creature, Split split, Draws draws) {
    int classes = options.classes();
    if (split == Split.SHIFTED_TEST) {
      return draws.below(classes);
    }
    boolean right = draws.happens(options.shortcutReliability());
    return right ? creature.label() : (creature.label() + 1 + draws.below(classes - 1)) % classes;
  }

  private Draws draws(Split split, int index, Stream stream) {
    return Draws.of(options.seed(), split.key, index, stream.key);
  }
}
