package org.neuralharmonizer.examples;

import org.neuralharmonizer.tensor.Tensor;

/** Importance maps as text: the darker the character, the greater the value. */
final class TextMap {
  private static final String RAMP = " .:-=+*#%@";

  private TextMap() {}

  /**
   * A map H × W, its lowest value blank and its highest '@'; two characters make a pixel square.
   */
  static String of(Tensor map) {
    float lowest = Float.POSITIVE_INFINITY;
    float highest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < map.size(); i++) {
      lowest = Math.min(lowest, map.value(i));
      highest = Math.max(highest, map.value(i));
    }
    float range = highest > lowest ? highest - lowest : 1;
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < map.shape().extent(0); y++) {
      text.append("  ");
      for (int x = 0; x < map.shape().extent(1); x++) {
        int shade = (int) ((RAMP.length() - 1) * (map.at(y, x) - lowest) / range);
        text.append(String.valueOf(RAMP.charAt(shade)).repeat(2));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
