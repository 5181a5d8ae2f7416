package org.neuralharmonizer.train;

import java.util.List;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.ImageSource.Visit;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * What each step of a run takes: images, a rate and noise. All of it follows from the settings, so
 * that every machine that has them knows it.
 */
final class Course {
  private static final long NOISE = 2;

  private final ImageSource images;
  private final EpochOrder order;
  private final int batch;
  private final int epochs;
  private final LearningRateSchedule schedule;
  private final SeededRandom random;

  Course(
      ImageSource images,
      EpochOrder order,
      int batch,
      int epochs,
      LearningRateSchedule schedule,
      SeededRandom random) {
    this.images = images;
    this.order = order;
    this.batch = batch;
    this.epochs = epochs;
    this.schedule = schedule;
    this.random = random;
  }

  ImageSource images() {
    return images;
  }

  /** Images per step. */
  int batch() {
    return batch;
  }

  /** How many of them can have a map, at most. */
  int mappedPerBatch() {
    return order.mappedPerBatch(batch);
  }

  int epochs() {
    return epochs;
  }

  long steps() {
    return ((long) epochs * images.size() + batch - 1) / batch;
  }

  /** Epochs that are over when so many steps are done. */
  int epoch(long done) {
    return done == steps() ? epochs : (int) (done * batch / images.size());
  }

  double rate(long done) {
    return schedule.rate((double) done * batch / images.size());
  }

  SeededRandom noise(long done) {
    return random.stream(NOISE, done);
  }

  /** The images of the step after so many. */
  List<Visit> visits(long done) {
    return order.stretch(done * batch, batch);
  }
}
