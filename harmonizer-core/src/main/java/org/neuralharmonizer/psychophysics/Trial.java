package org.neuralharmonizer.psychophysics;

import org.jspecify.annotations.Nullable;

/**
 * One decision of one observer.
 *
 * @param observer a person or a network
 * @param session the observer's, from 1 on
 * @param condition what was done to the image, such as how much was revealed
 * @param stimulus which image; the same for all observers who saw it
 * @param truth the category shown
 * @param answer the category answered; null if there was no answer, which is never right
 * @param seconds until the answer; NaN where it is not known, as for networks
 */
public record Trial(
    String observer,
    int session,
    String condition,
    String stimulus,
    String truth,
    @Nullable String answer,
    double seconds) {

  /** Whether the answer was right. */
  public boolean isRight() {
    return truth.equals(answer);
  }
}
