package org.neuralharmonizer.study.scenes;

/**
 * What is drawn. Scenes are a pure function of these options, the split and the index.
 *
 * @param imageSize height and width in pixels, 32 to 256
 * @param classes the first so many of {@link Creature}, at least 2
 * @param shortcutReliability probability that the shortcut of a training or test scene shows the
 *     true class; otherwise it shows one of the others, uniformly. {@code 1.0 / classes} makes it
 *     uninformative.
 * @param mappedFraction probability that a training scene has importance maps; test scenes always
 *     have them
 * @param raters simulated people per mapped scene, at least 1
 * @param seed of everything
 */
public record SceneOptions(
    int imageSize,
    int classes,
    double shortcutReliability,
    double mappedFraction,
    int raters,
    long seed) {

  private static final int SMALLEST = 32;
  private static final int LARGEST = 256;

  public SceneOptions {
    require(imageSize >= SMALLEST && imageSize <= LARGEST, "image size", imageSize, "32 to 256");
    int drawable = Creature.values().length;
    require(classes >= 2 && classes <= drawable, "number of classes", classes, "2 to " + drawable);
    require(isFraction(shortcutReliability), "reliability", shortcutReliability, "0 to 1");
    require(isFraction(mappedFraction), "mapped fraction", mappedFraction, "0 to 1");
    require(raters >= 1, "number of raters", raters, "at least 1");
  }

  /**
   * 64 × 64 pixels, 8 classes, a shortcut right in 95 %, half of the training scenes mapped by 8.
   */
  public static SceneOptions standard(long seed) {
    return new SceneOptions(64, 8, 0.97, 0.5, 8, seed);
  }

  public SceneOptions withImageSize(int pixels) {
    return new SceneOptions(pixels, classes, shortcutReliability, mappedFraction, raters, seed);
  }

  public SceneOptions withClasses(int count) {
    return new SceneOptions(imageSize, count, shortcutReliability, mappedFraction, raters, seed);
  }

  public SceneOptions withShortcutReliability(double probability) {
    return new SceneOptions(imageSize, classes, probability, mappedFraction, raters, seed);
  }

  public SceneOptions withMappedFraction(double fraction) {
    return new SceneOptions(imageSize, classes, shortcutReliability, fraction, raters, seed);
  }

  public SceneOptions withRaters(int count) {
    return new SceneOptions(imageSize, classes, shortcutReliability, mappedFraction, count, seed);
  }

  private static boolean isFraction(double value) {
    return value >= 0 && value <= 1;
  }

  private static void require(boolean holds, String what, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException("scenes: " + what + " is " + value + " — choose " + range);
    }
  }
}
