package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.Photographs;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that put a network before photographs. */
final class PhotographOptions {
  @Mixin private NetworkOptions network;
  @Mixin private FolderOptions folders;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Lines image,label with the number of the class, from 0; "
              + "without it the network's own predictions are the labels.")
  private @Nullable Path labels;

  @Mixin private ExplanationOptions explained;

  NetworkOptions network() {
    return network;
  }

  /** The map that is scored. */
  ExplanationOptions explanation() {
    return explained;
  }

  Photographs photographs(Framing framing) throws IOException {
    return folders.photographs(framing);
  }

  Labels labels(Network scored, Photographs photographs, Backend backend) throws IOException {
    return labels == null
        ? Labels.predicted(scored, photographs, backend)
        : Labels.read(labels, photographs.ids());
  }

  /** The labels of a network that cannot predict any yet. */
  Labels givenLabels(Photographs photographs) throws IOException {
    if (labels == null) {
      throw new IllegalArgumentException(
          "training from the start needs --labels — give them, or --weights of a network that"
              + " predicts them");
    }
    return Labels.read(labels, photographs.ids());
  }
}
