package org.neuralharmonizer.data;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What one participant marked in one image, in the order of marking.
 *
 * @param image the image's name
 * @param participant who marked; the same text is the same person
 * @param points may be empty
 * @param catchTrials the share of catch trials that the participant passed, if it is known
 * @param pointer what was marked with
 */
public record Marking(
    String image,
    String participant,
    List<MarkedPoint> points,
    OptionalDouble catchTrials,
    Pointer pointer) {

  /** With what a participant pointed. */
  public enum Pointer {
    UNKNOWN,
    DESKTOP,
    MOBILE
  }

  public Marking {
    points = List.copyOf(points);
  }

  /** A marking of which no more is known. */
  public static Marking of(String image, String participant, List<MarkedPoint> points) {
    return new Marking(image, participant, points, OptionalDouble.empty(), Pointer.UNKNOWN);
  }

  /** The same with other points. */
  public Marking withPoints(List<MarkedPoint> others) {
    return new Marking(image, participant, others, catchTrials, pointer);
  }
}
