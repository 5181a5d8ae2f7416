package org.neuralharmonizer.study.comparison;

import java.util.Locale;
import org.neuralharmonizer.alignment.AlignmentMeasure;

/** The measures of a study, by which every image is scored. */
public enum Measure {
  SPEARMAN(AlignmentMeasure.spearman()),
  SPEARMAN_4(AlignmentMeasure.spearman().coarser(4)),
  SPEARMAN_16(AlignmentMeasure.spearman().coarser(16)),
  DICE(AlignmentMeasure.dice()),
  IOU(AlignmentMeasure.intersectionOverUnion()),
  AREA(AlignmentMeasure.thresholdArea());

  private final AlignmentMeasure scorer;

  Measure(AlignmentMeasure scorer) {
    this.scorer = scorer;
  }

  /** What computes it. */
  public AlignmentMeasure scorer() {
    return scorer;
  }

  /** The name in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
