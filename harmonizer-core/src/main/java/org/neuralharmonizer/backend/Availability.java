package org.neuralharmonizer.backend;

/**
 * Whether a backend can be used here.
 *
 * @param explanation what it runs on, or what is missing and how to add it
 */
public record Availability(Status status, String explanation) {

  /** Usable or not. */
  public enum Status {
    USABLE,
    NOT_USABLE
  }

  public static Availability usable(String explanation) {
    return new Availability(Status.USABLE, explanation);
  }

  public static Availability notUsable(String explanation) {
    return new Availability(Status.NOT_USABLE, explanation);
  }

  public boolean isUsable() {
    return status == Status.USABLE;
  }
}
