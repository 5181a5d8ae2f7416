package org.neuralharmonizer.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the reference data; a test that needs what is not there is skipped with a printed reason.
 */
public final class ReferenceData {
  private static final String PROPERTY = "harmonizer.data";

  private ReferenceData() {}

  /** A folder of the reference data, such as {@code golden}. */
  public static Path folder(String name) {
    String root = System.getProperty(PROPERTY, "");
    if (root.isEmpty()) {
      skip("no reference data: -D" + PROPERTY + " is not set, " + name + " is not compared");
    }
    Path folder = Path.of(root).resolve(name);
    if (!Files.isDirectory(folder)) {
      skip("no reference data: " + folder + " is not a folder");
    }
    return folder;
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    Assumptions.abort(reason);
  }
}
