package org.neuralharmonizer.study.scenes;

/** Which part of the data set a scene belongs to. */
public enum Split {
  /** For training: the shortcut predicts the class with the set reliability. */
  TRAIN(0),
  /** Held out, drawn by the rules of {@link #TRAIN}. */
  TEST(1),
  /** Held out, with a shortcut drawn uniformly from all classes, independent of the true one. */
  SHIFTED_TEST(2);

  /** A key of the random numbers: another one would change the scenes of a seed. */
  final int key;

  Split(int key) {
    this.key = key;
  }
}
