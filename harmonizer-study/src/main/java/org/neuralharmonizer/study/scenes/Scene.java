package org.neuralharmonizer.study.scenes;

import java.util.List;
import java.util.Optional;
import org.neuralharmonizer.tensor.Tensor;

/**
 * One drawn picture with everything its maker knows about it.
 *
 * @param creature the true class
 * @param shortcut the label that the patch in the corner shows
 * @param image 3 × H × W, red, green, blue in 0…1
 * @param body H × W, visible coverage in 0…1 of what all creatures share
 * @param parts 2 × H × W, visible coverage of the two diagnostic parts
 * @param clicks what each rater clicked on; empty where the scene is not mapped
 */
public record Scene(
    Creature creature,
    int shortcut,
    Tensor image,
    Tensor body,
    Tensor parts,
    List<List<Click>> clicks) {

  public Scene {
    clicks = clicks.stream().map(List::copyOf).toList();
  }

  /** The class number. */
  public int label() {
    return creature.label();
  }

  /**
   * One importance map per rater, R × H × W: a Gaussian of 2.5 pixels (at 64 × 64) at each click,
   * summed, with highest value 1. Empty where the scene is not mapped.
   */
  public Optional<Tensor> raterMaps() {
    return clicks.isEmpty()
        ? Optional.empty()
        : Optional.of(ClickMaps.drawn(clicks, image.shape().extent(-1)));
  }

  /** The mean of the raters' maps, H × W. Empty where the scene is not mapped. */
  public Optional<Tensor> importanceMap() {
    return raterMaps().map(ClickMaps::mean);
  }
}
