package org.neuralharmonizer.backend;

/** Announces a backend; found through {@link java.util.ServiceLoader}. */
public interface BackendProvider {

  /** The backend's name. */
  String name();

  /** Among usable backends the one with the highest rank is best; the built-in one has 0. */
  int rank();

  /** Whether it can be used here, and why not. Must not throw. */
  Availability availability();

  /** The backend; called only where it is usable. */
  Backend open(BackendOptions options);
}
