package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.ClassFolders;
import org.neuralharmonizer.io.ClickMeCatalogue;
import org.neuralharmonizer.io.ClickMeReader;
import org.neuralharmonizer.train.TrainingRecipe;
import picocli.CommandLine.Option;

/** Records of ClickMe to train on, instead of folders. */
final class RecordOptions {
  private static final double USUAL_SHARE = 0.2;

  enum Recipe {
    PAPER,
    RELEASED,
    EARLIER;

    TrainingRecipe recipe() {
      return switch (this) {
        case PAPER -> TrainingRecipe.asInPaper();
        case RELEASED -> TrainingRecipe.asInReleasedCode();
        case EARLIER -> TrainingRecipe.asInEarlierCode();
      };
    }
  }

  @Option(
      names = "--clickme",
      required = true,
      paramLabel = "DIR",
      description =
          "ClickMe's TFRecord shards, .tfrecord(s), maybe .gz. Maps are prepared as the released"
              + " code does; records without a label are left out and counted.")
  private Path training;

  @Option(
      names = "--held-out",
      paramLabel = "DIR",
      description =
          "Shards to score the network on, before, after each epoch if there is --course, and"
              + " after. Default: those it is trained on.")
  private @Nullable Path heldOut;

  @Option(
      names = "--unmapped",
      paramLabel = "DIR",
      description =
          "Photographs without maps to train on too, such as ImageNet: a folder for each class,"
              + " classes in the order of the folders' names.")
  private @Nullable Path unmapped;

  @Option(
      names = "--record-share",
      paramLabel = "X",
      description =
          "The share of records in an epoch with --unmapped; default that of the recipe, or 0.2."
              + " An epoch has as many images as both together.")
  private @Nullable Double recordShare;

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "Objective, optimizer, course of the rate, crops, flips and mixup of the paper (paper),"
              + " of the code before the release (earlier), or that with the released objective"
              + " (released); see docs/training.md. Rates are scaled to --batch, the course to"
              + " --epochs. Default: --loss, --learning-rate and --warm-up, central squares.")
  private @Nullable Recipe recipe;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description =
          "Classes of a network without --weights; default the greatest label and one, or the"
              + " number of folders if that is more.")
  private @Nullable Integer classes;

  @Option(
      names = "--course",
      paramLabel = "DIR",
      description =
          "Write here, after each epoch, a line of epochs.jsonl and epochs.csv with losses and"
              + " held-out scores, and the networks of best accuracy and best alignment so far.")
  private @Nullable Path course;

  @Option(
      names = "--score-every",
      paramLabel = "EPOCHS",
      defaultValue = "1",
      description =
          "Score held-out records after every so many epochs, and after the last; default"
              + " ${DEFAULT-VALUE}.")
  private int scoreEvery;

  ClickMeCatalogue trainingRecords() throws IOException {
    return ClickMeCatalogue.open(ClickMeReader.shards(training));
  }

  ClickMeCatalogue scoredRecords() throws IOException {
    return ClickMeCatalogue.open(ClickMeReader.shards(scored()));
  }

  /** The folders of photographs without maps, if there are. */
  @Nullable ClassFolders unmapped() throws IOException {
    if (recordShare != null && unmapped == null) {
      throw new IllegalArgumentException(
          "train: --record-share is the share beside --unmapped — give both, or neither");
    }
    return unmapped == null ? null : ClassFolders.open(unmapped);
  }

  double recordShare() {
    TrainingRecipe given = recipe();
    if (recordShare != null) {
      return recordShare;
    }
    return given == null ? USUAL_SHARE : given.mappedShare();
  }

  /** The folder whose records are scored. */
  Path scored() {
    return heldOut == null ? training : heldOut;
  }

  @Nullable TrainingRecipe recipe() {
    return recipe == null ? null : recipe.recipe();
  }

  int classes(ClickMeCatalogue records, @Nullable ClassFolders others) {
    int found = Math.max(records.classes(), others == null ? 1 : others.classes().size());
    return classes == null ? Math.max(1, found) : classes;
  }

  int scoreEvery() {
    return scoreEvery;
  }

  @Nullable Path course() {
    return course;
  }
}
