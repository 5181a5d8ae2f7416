package org.neuralharmonizer.study.photographs;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.study.report.ColourMap;
import org.neuralharmonizer.study.report.ImageGrid;
import org.neuralharmonizer.study.report.KeyFigure;
import org.neuralharmonizer.study.report.Measured;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.study.report.Report;
import org.neuralharmonizer.study.report.Table;
import org.neuralharmonizer.study.report.Table.Cell;
import org.neuralharmonizer.tensor.Tensor;

/** An alignment study as a page: key figures, a table of images, image, human map and saliency. */
public final class AlignmentReport {
  private static final int DECIMALS = 3;

  private static final int COLOURS = 3;

  /** Pages with more pictures than this load slowly. */
  private static final int PICTURED = 40;

  private AlignmentReport() {}

  /**
   * The page.
   *
   * @param provenance settings, seeds and versions, in order
   */
  public static Report of(AlignmentStudy study, Map<String, String> provenance) {
    return Report.titled("Human alignment of " + study.network())
        .paragraph(
            "How well the pixels to which the network's score is sensitive agree with those that"
                + " people marked or looked at, by rank over all pixels of an image.")
        .keyFigures(alignment(study), ceiling(study), centerBias(study))
        .section("Images")
        .imageGrid(pictures(study))
        .section("Scores")
        .table(table(study))
        .provenance(provenance);
  }

  private static KeyFigure alignment(AlignmentStudy study) {
    AlignmentResult result = study.scores().spearman();
    return new KeyFigure(
        "Spearman correlation",
        new Measured(result.mean(), result.standardError()).format(DECIMALS),
        "mean of %d images ± bootstrap standard error; 95 %% interval %s to %s"
            .formatted(
                result.images().size() - result.undefined(),
                Measured.exactly(result.interval().lower()).format(DECIMALS),
                Measured.exactly(result.interval().upper()).format(DECIMALS)));
  }

  private static KeyFigure ceiling(AlignmentStudy study) {
    double value = study.ceiling().map(InterRaterCeiling::value).orElse(Double.NaN);
    String share = Measured.exactly(study.normalized().orElse(Double.NaN)).format(DECIMALS);
    return new KeyFigure(
        "Ceiling",
        Measured.exactly(value).format(DECIMALS),
        study
            .ceiling()
            .map(ceiling -> share + " of it is reached; " + ceiling.source())
            .orElse("none given, and no maps of single raters to compute it from"));
  }

  private static KeyFigure centerBias(AlignmentStudy study) {
    Measured reached =
        study
            .centerBias()
            .map(result -> new Measured(result.mean(), result.standardError()))
            .orElse(Measured.exactly(Double.NaN));
    return new KeyFigure(
        "Center bias", reached.format(DECIMALS), "the mean of the other images' human maps");
  }

  private static ImageGrid pictures(AlignmentStudy study) {
    LabeledImages images = study.scores().mapped();
    int shown = Math.min(images.size(), PICTURED);
    String caption =
        shown < images.size() ? "The first %d of %d images".formatted(shown, images.size()) : "";
    ImageGrid grid = ImageGrid.of(caption, "Image", "Human map", "Saliency");
    for (int i = 0; i < shown; i++) {
      String id = images.ids().get(i);
      Tensor human = images.map(i).values();
      Tensor saliency = study.scores().saliency().get(i).values();
      grid =
          grid.row(
              id,
              List.of(
                  Picture.image(shown(images.image(i)), "image " + id),
                  Picture.heatMap(human, ColourMap.INFERNO, "human map of " + id),
                  Picture.heatMap(saliency, ColourMap.INFERNO, "saliency of " + id)));
    }
    return grid;
  }

  /** A network's input stretched back to 0…1, one channel as grey. */
  private static Tensor shown(Tensor image) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < image.size(); i++) {
      low = Math.min(low, image.value(i));
      high = Math.max(high, image.value(i));
    }
    double least = low;
    double range = high > low ? high - low : 1;
    return Tensor.generate(
        image.shape().with(0, COLOURS), i -> (image.value(i % image.size()) - least) / range);
  }

  private static Table table(AlignmentStudy study) {
    NetworkScores scores = study.scores();
    Table table = Table.of("", "Image", "Label", "Spearman", "Dice", "IoU");
    for (int i = 0; i < scores.mapped().size(); i++) {
      table =
          table.row(
              Cell.text(scores.mapped().ids().get(i)),
              Cell.text(String.valueOf(scores.mapped().label(i))),
              score(scores.spearman(), i),
              score(scores.dice(), i),
              score(scores.intersectionOverUnion(), i));
    }
    return table.row(
        Cell.text("mean"),
        Cell.text(""),
        mean(scores.spearman()),
        mean(scores.dice()),
        mean(scores.intersectionOverUnion()));
  }

  private static Cell score(AlignmentResult result, int image) {
    return Cell.number(result.images().get(image).score().orElse(Double.NaN), DECIMALS);
  }

  private static Cell mean(AlignmentResult result) {
    return Cell.measured(new Measured(result.mean(), result.standardError()), DECIMALS);
  }
}
