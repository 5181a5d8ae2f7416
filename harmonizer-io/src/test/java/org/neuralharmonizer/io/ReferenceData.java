package org.neuralharmonizer.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of reference files, which is not part of the project. */
public final class ReferenceData {
  private ReferenceData() {}

  /** The folder of that name, or the test is skipped with a reason. */
  public static Path folder(String name) {
    String root = System.getProperty("harmonizer.data", "");
    boolean present = !root.isEmpty() && Files.isDirectory(Path.of(root, name));
    if (!present) {
      System.out.println("skipped: no " + name + " in harmonizer.data=\"" + root + "\"");
    }
    assumeTrue(present, "harmonizer.data does not name a folder with " + name);
    return Path.of(root, name);
  }
}
