package org.neuralharmonizer.io;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.neuralharmonizer.tensor.Tensor;

/**
 * One image of ClickMe with what people marked in it, as the file holds both: before any
 * preparation.
 *
 * @param id the file's name, {@code #} and the position of the record in it, from 0
 * @param image [3, H, W], 0…255
 * @param heatmap [H, W], 0…255 in JPEG records, of any scale in raw ones
 * @param label the ImageNet class, 0…999, if the record names one
 * @param clicks from how many clicks the map was made, if the record says so
 */
public record ClickMeRecord(
    String id, Tensor image, Tensor heatmap, OptionalInt label, OptionalLong clicks) {

  /** The label as the released reader sees it: 0 where there is none. */
  public int labelAsReleased() {
    return label.orElse(0);
  }
}
