package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.Photographs;
import picocli.CommandLine.Option;

/** The classes of photographs. */
final class LabelOptions {
  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Lines image,label with the number of the class, from 0; "
              + "without it the network's own predictions are the labels.")
  private @Nullable Path labels;

  boolean given() {
    return labels != null;
  }

  Labels of(Network scored, Photographs photographs, Backend backend) throws IOException {
    return labels == null
        ? Labels.predicted(scored, photographs, backend)
        : Labels.read(labels, photographs.ids());
  }

  /** The labels of a network that cannot predict any yet. */
  Labels given(Photographs photographs) throws IOException {
    if (labels == null) {
      throw new IllegalArgumentException(
          "training from the start needs --labels — give them, or --weights of a network that"
              + " predicts them");
    }
    return Labels.read(labels, photographs.ids());
  }
}
