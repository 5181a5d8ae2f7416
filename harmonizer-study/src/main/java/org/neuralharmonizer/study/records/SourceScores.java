package org.neuralharmonizer.study.records;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/**
 * Accuracy and alignment of a network over a source, a few images at a time.
 *
 * @param accuracy the share of images whose highest logit is that of their label
 * @param images how many there were
 * @param spearman mean rank correlation with people's maps, over the images that have one and where
 *     it is defined; NaN if there are none
 * @param undefined mapped images whose correlation is not defined, because a map is constant
 */
public record SourceScores(double accuracy, int images, BootstrapInterval spearman, int undefined) {
  private static final int BATCH = 8;

  /**
   * Scores a network on the first visit of each image.
   *
   * @param explanation of the class of the label
   * @param seed of the bootstrap
   */
  public static SourceScores of(
      Network network,
      ImageSource source,
      ExplanationFunctional explanation,
      long seed,
      Backend backend) {
    int right = 0;
    int undefined = 0;
    List<Double> correlations = new ArrayList<>();
    try (Predictor predictor = network.predictor(backend)) {
      for (int from = 0; from < source.size(); from += BATCH) {
        LabeledImages.Batch batch = source.batch(visits(from, source));
        source.announce(visits(from + BATCH, source));
        int[] classes = predictor.classes(batch.images());
        for (int i = 0; i < batch.size(); i++) {
          right += classes[i] == heaviest(batch.labels().slice(i)) ? 1 : 0;
        }
        LabeledImages.Batch mapped = mapped(batch);
        if (mapped.size() > 0) {
          Tensor maps = predictor.explain(explanation, mapped.images(), mapped.labels());
          for (int i = 0; i < mapped.size(); i++) {
            var score =
                AlignmentMeasure.spearman()
                    .score(
                        ImportanceMap.of(maps.slice(i)), ImportanceMap.of(mapped.maps().slice(i)));
            score.ifPresent(correlations::add);
            undefined += score.isPresent() ? 0 : 1;
          }
        }
      }
    }
    double[] values = correlations.stream().mapToDouble(each -> each).toArray();
    return new SourceScores(
        (double) right / source.size(),
        source.size(),
        Bootstrap.seeded(seed).ofMean(values),
        undefined);
  }

  private static List<ImageSource.Visit> visits(int from, ImageSource source) {
    return IntStream.range(from, Math.min(from + BATCH, source.size()))
        .mapToObj(i -> new ImageSource.Visit(i, 0))
        .toList();
  }

  private static LabeledImages.Batch mapped(LabeledImages.Batch batch) {
    int[] positions =
        IntStream.range(0, batch.size()).filter(i -> batch.mapWeights().value(i) > 0).toArray();
    return new LabeledImages.Batch(
        rows(batch.images(), positions),
        rows(batch.labels(), positions),
        rows(batch.maps(), positions),
        Tensor.generate(Shape.of(positions.length), i -> 1));
  }

  private static Tensor rows(Tensor all, int... positions) {
    return positions.length == 0
        ? all
        : Tensor.stack(IntStream.of(positions).mapToObj(all::slice).toList());
  }

  private static int heaviest(Tensor row) {
    int best = 0;
    for (int k = 1; k < row.size(); k++) {
      best = row.value(k) > row.value(best) ? k : best;
    }
    return best;
  }
}
