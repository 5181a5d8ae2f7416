package org.neuralharmonizer.study.cli;

import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.DeconvNet;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.explain.GuidedBackpropagation;
import org.neuralharmonizer.explain.InputTimesGradient;
import org.neuralharmonizer.explain.IntegratedGradients;
import org.neuralharmonizer.explain.NoiseSampling;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.explain.SmoothGrad;
import org.neuralharmonizer.explain.SquareGrad;
import org.neuralharmonizer.explain.VarGrad;
import picocli.CommandLine.Option;

/** Which map of a network is meant. */
final class ExplanationOptions {
  private static final int STEPS = 50;
  private static final int SAMPLES = 50;
  private static final double SPREAD = 0.2;

  @Option(
      names = "--explanation",
      paramLabel = "NAME",
      defaultValue = "saliency",
      converter = Words.OfExplanation.class,
      completionCandidates = Words.OfExplanation.class,
      description =
          "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. Integrated gradients take 50 steps"
              + " from zeros; the last three 50 copies with noise of deviation 0.2, drawn by the"
              + " seed.")
  private Method explanation;

  @Option(
      names = "--reduction",
      paramLabel = "NAME",
      defaultValue = "max-absolute",
      converter = Words.OfReduction.class,
      completionCandidates = Words.OfReduction.class,
      description =
          "How channels become one map: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ChannelReduction reduction;

  @Option(
      names = "--score",
      paramLabel = "NAME",
      defaultValue = "logit",
      converter = Words.OfScore.class,
      completionCandidates = Words.OfScore.class,
      description = "The score explained: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ClassScore score;

  /** An explanation of a score, with noise of a seed if there is any. */
  private interface Maker {
    ExplanationFunctional of(ChannelReduction channels, ClassScore score, long seed);
  }

  /** The explanations that need nothing else to be said. */
  enum Method {
    SALIENCY((channels, score, seed) -> Saliency.of(channels).withScore(score)),
    INPUT_TIMES_GRADIENT(
        (channels, score, seed) -> InputTimesGradient.of(channels).withScore(score)),
    INTEGRATED_GRADIENTS(
        (channels, score, seed) -> IntegratedGradients.of(STEPS, channels).withScore(score)),
    GUIDED_BACKPROPAGATION(
        (channels, score, seed) -> GuidedBackpropagation.of(channels).withScore(score)),
    DECONV_NET((channels, score, seed) -> DeconvNet.of(channels).withScore(score)),
    SMOOTH_GRAD((channels, score, seed) -> SmoothGrad.of(noise(seed), channels).withScore(score)),
    SQUARE_GRAD((channels, score, seed) -> SquareGrad.of(noise(seed), channels).withScore(score)),
    VAR_GRAD((channels, score, seed) -> VarGrad.of(noise(seed), channels).withScore(score));

    private final Maker maker;

    Method(Maker maker) {
      this.maker = maker;
    }

    private static NoiseSampling noise(long seed) {
      return NoiseSampling.of(SAMPLES, SPREAD).withSeed(seed);
    }
  }

  /** The map, with noise of that seed if there is any. */
  ExplanationFunctional functional(long seed) {
    return explanation.maker.of(reduction, score, seed);
  }

  /** What it is, in words. */
  String text() {
    String what =
        explanation == Method.SALIENCY
            ? "gradient of the " + Words.word(score)
            : Words.word(explanation).replace('-', ' ') + " of the " + Words.word(score);
    return what + ", " + Words.word(reduction) + " over channels";
  }
}
