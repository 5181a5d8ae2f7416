package org.neuralharmonizer.study.verify;

import java.util.List;

/**
 * How one part of the reference data was reproduced.
 *
 * @param part its name
 * @param passed cases of which every value agrees
 * @param failed what disagrees, a line for each case
 * @param notClaimed cases, or values of a case, that this build does not compute
 * @param worstError the relative error nearest to its tolerance, or beyond it; 0 without a case
 * @param worstTolerance the tolerance of that error
 * @param worstValue where that error is
 */
public record PartReport(
    String part,
    int passed,
    List<String> failed,
    List<String> notClaimed,
    double worstError,
    double worstTolerance,
    String worstValue) {

  public PartReport {
    failed = List.copyOf(failed);
    notClaimed = List.copyOf(notClaimed);
  }

  /** Whether nothing disagrees; also true where nothing is claimed. */
  public boolean agrees() {
    return failed.isEmpty();
  }

  /** One line: counts and the worst error. */
  @Override
  public String toString() {
    String counts =
        "%s: %d passed, %d failed, %d not claimed"
            .formatted(part, passed, failed.size(), notClaimed.size());
    return worstValue.isEmpty()
        ? counts
        : counts
            + ", worst error %.1e of %.0e allowed (%s)"
                .formatted(worstError, worstTolerance, worstValue);
  }
}
