package org.neuralharmonizer.study.cli;

import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.Saliency;
import picocli.CommandLine.Option;

/** Options of the commands that score maps of networks. */
final class ExplanationOptions {
  @Option(
      names = "--reduction",
      paramLabel = "NAME",
      defaultValue = "max-absolute",
      converter = Words.OfReduction.class,
      completionCandidates = Words.OfReduction.class,
      description =
          "How the gradient's channels become the map that is scored: "
              + "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ChannelReduction reduction;

  @Option(
      names = "--score",
      paramLabel = "NAME",
      defaultValue = "logit",
      converter = Words.OfScore.class,
      completionCandidates = Words.OfScore.class,
      description = "The score explained: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ClassScore score;

  /** The map that is scored. */
  Saliency saliency() {
    return Saliency.of(reduction).withScore(score);
  }
}
