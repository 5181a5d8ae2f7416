package org.neuralharmonizer.study.scenes;

/** Which part of the data set a scene belongs to. */
public enum Split {
  /** For training: the shortcut predicts the class with the set reliability. */
  TRAIN,
  /** Held out, drawn by the rules of {@link #TRAIN}. */
  TEST,
  /** Held out, with a shortcut drawn uniformly from all classes, independent of the true one. */
  SHIFTED_TEST
}
