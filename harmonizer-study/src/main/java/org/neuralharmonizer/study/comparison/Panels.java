package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.GaussianBlur;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.photographs.StudyImages;
import org.neuralharmonizer.study.report.ColourMap;
import org.neuralharmonizer.study.report.ImageGrid;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Photographs beside the maps of people and of two networks, all maps blurred alike: the best and
 * the worst photographs of the first network. The difference is of the second network's map less
 * the first's after each was stretched to 0…1; middle colours are where they agree.
 */
final class Panels {
  private static final int SIDE = 160;
  private static final int EACH = 3;

  /** In pixels of a panel; as wide as the released blur of human maps at 224, scaled to a panel. */
  private static final MapPreparation BLUR =
      Resampling.BILINEAR.to(SIDE, SIDE).then(GaussianBlur.centred(7));

  private Panels() {}

  static String blur() {
    return BLUR.description();
  }

  /** The panels, if two entries have maps. */
  static Optional<ImageGrid> of(
      NetworkStudy study,
      List<NetworkEntry> entries,
      StudyImages photographs,
      NetworkEvaluation evaluation)
      throws IOException {
    List<NetworkEntry> withMaps =
        entries.stream()
            .filter(entry -> !entry.network().equals(NetworkEntry.SCORES))
            .limit(2)
            .toList();
    if (withMaps.size() < 2) {
      return Optional.empty();
    }
    NetworkResult first =
        study.results().stream()
            .filter(result -> result.name().equals(withMaps.get(0).name()))
            .findFirst()
            .orElseThrow();
    List<Integer> shown = bestAndWorst(first);
    List<ImportanceMap> a = evaluation.maps(withMaps.get(0), shown);
    List<ImportanceMap> b = evaluation.maps(withMaps.get(1), shown);
    ImageGrid grid =
        ImageGrid.of(
            "The photographs of the highest and the lowest scores of "
                + first.name()
                + "; every map "
                + blur(),
            "Image",
            "People",
            withMaps.get(0).name(),
            withMaps.get(1).name(),
            "Difference");
    for (int i = 0; i < shown.size(); i++) {
      Photographs photograph = photographs.read(shown.get(i), Framing.whole(SIDE));
      String id = photograph.ids().get(0);
      double score = first.images().get(shown.get(i)).score(Measure.SPEARMAN);
      grid =
          grid.row(
              "%s (%.2f)".formatted(id, score).replace('-', '−'),
              row(id, photograph, BLUR.apply(a.get(i).values()), BLUR.apply(b.get(i).values())));
    }
    return Optional.of(grid);
  }

  private static List<Integer> bestAndWorst(NetworkResult result) {
    List<Integer> defined =
        IntStream.range(0, result.images().size())
            .filter(i -> !Double.isNaN(result.images().get(i).score(Measure.SPEARMAN)))
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    (Integer i) -> -result.images().get(i).score(Measure.SPEARMAN)))
            .toList();
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < defined.size(); i++) {
      if (i < EACH || i >= defined.size() - EACH) {
        shown.add(defined.get(i));
      }
    }
    return shown;
  }

  private static List<Picture> row(String id, Photographs photograph, Tensor a, Tensor b) {
    Tensor pixels = photograph.pixels().slice(0);
    Tensor human = BLUR.apply(photograph.maps().slice(0));
    Tensor unitA = unit(a);
    Tensor unitB = unit(b);
    return List.of(
        Picture.image(Tensor.generate(pixels.shape(), i -> pixels.value(i) / 255), "image " + id),
        Picture.heatMap(human, ColourMap.INFERNO, "human map of " + id),
        Picture.heatMap(a, ColourMap.INFERNO, "first network's map of " + id),
        Picture.heatMap(b, ColourMap.INFERNO, "second network's map of " + id),
        Picture.heatMap(
            Tensor.generate(unitA.shape(), i -> (1 + unitB.value(i) - unitA.value(i)) / 2),
            ColourMap.VIRIDIS,
            "difference of the networks' maps of " + id));
  }

  private static Tensor unit(Tensor map) {
    double low = IntStream.range(0, map.size()).mapToDouble(map::value).min().orElse(0);
    double high = IntStream.range(0, map.size()).mapToDouble(map::value).max().orElse(0);
    double range = high > low ? high - low : 1;
    return Tensor.generate(map.shape(), i -> (map.value(i) - low) / range);
  }
}
