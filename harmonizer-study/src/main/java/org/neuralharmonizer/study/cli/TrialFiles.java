package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Trial;

/** Tables of decisions, given as files or folders. */
final class TrialFiles {
  /** How a table is laid out. */
  enum Layout {
    OWN,
    GEIRHOS
  }

  private TrialFiles() {}

  /** The trials of a file, or of all .csv files of a folder in the order of their names. */
  static List<Trial> read(Path path, Layout layout) throws IOException {
    if (!Files.isDirectory(path)) {
      return layout == Layout.GEIRHOS ? Trials.geirhos(path) : Trials.read(path);
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(path)) {
      files = listed.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "trials \"" + path + "\": no file ends in .csv — name the folder that holds them");
    }
    List<Trial> trials = new ArrayList<>();
    for (Path file : files) {
      trials.addAll(read(file, layout));
    }
    return trials;
  }
}
