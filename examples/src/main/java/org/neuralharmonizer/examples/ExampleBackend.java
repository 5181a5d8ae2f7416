package org.neuralharmonizer.examples;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;

/** Where an example computes: on the best backend found, or on that of {@code --backend NAME}. */
final class ExampleBackend {
  private ExampleBackend() {}

  static Backend of(String... arguments) {
    if (arguments.length == 0) {
      return Backends.best();
    }
    if (arguments.length == 2 && arguments[0].equals("--backend")) {
      return Backends.named(arguments[1]);
    }
    throw new IllegalArgumentException(
        "example: \"" + String.join(" ", arguments) + "\" — nothing, or --backend NAME");
  }
}
