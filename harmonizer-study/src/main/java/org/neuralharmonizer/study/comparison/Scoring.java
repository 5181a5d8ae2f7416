package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.util.List;

/** Does the long work of a study, on this machine or on others. */
public interface Scoring {

  /**
   * Scores all photographs.
   *
   * @param before those that are scored already, from the first on
   * @param keeper takes all that are scored now and then, and at the end
   */
  List<ImageScores> images(NetworkEntry entry, List<ImageScores> before, Keeper keeper)
      throws IOException;

  /** How well the raters of each photograph agree, in order; of those with at least two. */
  List<StudyControls.Ceiling> ceilings() throws IOException;

  /** Takes what was scored so far. */
  @FunctionalInterface
  interface Keeper {
    void keep(List<ImageScores> images) throws IOException;
  }
}
