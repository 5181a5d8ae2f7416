package org.neuralharmonizer.data;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;

/**
 * What training reads: labelled images by position, prepared when they are asked for. What an
 * implementation draws, such as a crop, is a function of its seed and of the visit alone; so a
 * batch has the same bits on any number of threads, in any order of calls, and after a resumption.
 *
 * <p>{@link LabeledImages} are the source that lies in memory and draws nothing. Safe to share
 * between threads.
 */
public interface ImageSource {
  /**
   * One image in one epoch.
   *
   * @param position 0 … size − 1
   * @param epoch from 0 on
   */
  record Visit(int position, long epoch) {}

  /** The number of images in an epoch, at least 1. */
  int size();

  /** The number of classes, K. */
  int classes();

  /** The shape of every image, C × H × W. */
  Shape imageShape();

  /** The number of images whose map counts. */
  int mapped();

  /** How much the map of a visit's image counts; 0 if it has none. */
  double mapWeight(Visit visit);

  /** Whether the image of a visit has a map that counts. */
  default boolean hasMap(Visit visit) {
    return mapWeight(visit) > 0;
  }

  /** The name of the image of a visit, which appears in messages. */
  String id(Visit visit);

  /**
   * The images of some visits, in that order.
   *
   * @throws java.io.UncheckedIOException if an image cannot be read; the message has its name
   */
  LabeledImages.Batch batch(List<Visit> visits);

  /** Says what will be asked for next; a source may begin with it in the background. */
  default void announce(List<Visit> visits) {}

  /** What it is, with the settings that change what it gives, for the record of a run. */
  String description();
}
