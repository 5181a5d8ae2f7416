package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.psychophysics.Categories;
import org.neuralharmonizer.study.psychophysics.StimulusManifest;
import org.neuralharmonizer.study.psychophysics.Truth;
import picocli.CommandLine.Option;

/** Stimuli, and what their images show. */
final class StimulusOptions {
  @Option(
      names = "--stimuli",
      required = true,
      paramLabel = "DIR",
      description = "What 'harmonize psychophysics stimuli' has drawn.")
  private Path stimuli;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Lines image,category under that header; default the categories of the labels with which"
              + " stimuli were drawn, as classes of ImageNet: animal and object.")
  private @Nullable Path truth;

  StimulusManifest manifest() throws IOException {
    return StimulusManifest.read(stimuli);
  }

  /** Whether labels are not needed. */
  boolean isTruthGiven() {
    return truth != null;
  }

  /** The category of each image: as given, or that of its label's class. */
  Truth truth(StimulusManifest manifest, Categories ofLabels) throws IOException {
    return truth == null ? Truth.ofLabels(manifest, ofLabels) : Truth.read(truth, manifest);
  }

  /** The same with the classes of ImageNet. */
  Truth truth(StimulusManifest manifest) throws IOException {
    return truth(manifest, Categories.animalsOfImageNet());
  }
}
