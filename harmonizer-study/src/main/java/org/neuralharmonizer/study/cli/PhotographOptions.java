package org.neuralharmonizer.study.cli;

import java.io.IOException;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.Photographs;
import picocli.CommandLine.Mixin;

/** Options of the commands that put a network before photographs. */
final class PhotographOptions {
  @Mixin private NetworkOptions network;
  @Mixin private FolderOptions folders;

  @Mixin private LabelOptions labels;

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
    return labels.of(scored, photographs, backend);
  }
}
