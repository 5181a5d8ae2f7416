package org.neuralharmonizer.data;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Images with labels and people's maps as files hold them, each of its own size, read one by one.
 * What is said of an image is known without reading it. Safe to share between threads.
 */
public interface ImageCatalogue {

  /**
   * What is known of an image.
   *
   * @param id its name in messages and results
   * @param source where it comes from, such as a file
   * @param label its class, 0 … K − 1, if it has one
   * @param raters how many people its map is of; empty if the source does not say
   * @param hasMap whether there is a map
   */
  record Entry(String id, String source, OptionalInt label, OptionalInt raters, boolean hasMap) {}

  /**
   * An image and its map.
   *
   * @param pixels red, green and blue of 0…255, 3 × H × W
   * @param map h × w over the same area, of any scale; empty where there is none
   */
  record Sample(Tensor pixels, Optional<Tensor> map) {}

  /** The number of images. */
  int size();

  /** What is known of an image. */
  Entry entry(int position);

  /**
   * Reads an image.
   *
   * @throws IOException if it cannot be read; the message names the file
   */
  Sample read(int position) throws IOException;

  /** What maps mean here: how they were made, in words. */
  String mapConvention();

  /** What it is, for the record of a run. */
  String description();

  /** The images that have a label, in the same order. */
  default ImageCatalogue labeled() {
    return only("those with a label", entry -> entry.label().isPresent());
  }

  /** The images of which something holds, in the same order. */
  default ImageCatalogue only(String what, Predicate<Entry> wanted) {
    int[] positions = IntStream.range(0, size()).filter(i -> wanted.test(entry(i))).toArray();
    return new SelectedImages(this, positions, description() + ", " + what);
  }
}
