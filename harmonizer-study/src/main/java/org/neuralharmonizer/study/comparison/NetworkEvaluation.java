package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.RaterUncertainty;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.networks.NetworkCatalogue;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/** Scores one entry of a list, a few photographs at a time. */
final class NetworkEvaluation {
  private static final int CHUNK = 8;

  /** Images after which what was scored is kept: some minutes of a large network. */
  private static final int KEPT = 256;

  /** A standard deviation of so many is known to 7 %. */
  private static final int RATER_DRAWS = 100;

  private final PhotographFiles files;
  private final Optional<Labels> labels;
  private final ExplanationFunctional explanation;
  private final long seed;
  private final Backend backend;

  /** Takes what was scored so far. */
  @FunctionalInterface
  interface Keeper {
    void keep(List<ImageScores> images) throws IOException;
  }

  /** Without labels the classes explained are those that each network predicts. */
  NetworkEvaluation(
      PhotographFiles files,
      Optional<Labels> labels,
      ExplanationFunctional explanation,
      long seed,
      Backend backend) {
    this.files = files;
    this.labels = labels;
    this.explanation = explanation;
    this.seed = seed;
    this.backend = backend;
  }

  /**
   * Scores all photographs.
   *
   * @param before those that are scored already, from the first on
   * @param keeper takes all now and then, and at the end
   */
  List<ImageScores> images(NetworkEntry entry, List<ImageScores> before, Keeper keeper)
      throws IOException {
    List<ImageScores> images =
        switch (entry.network()) {
          case NetworkEntry.SCORES -> scores(entry);
          case NetworkEntry.MAPS -> maps(entry);
          default -> computed(entry, before, keeper);
        };
    keeper.keep(images);
    return images;
  }

  /** A network's maps of a few photographs, or those from elsewhere; of scores there are none. */
  List<ImportanceMap> maps(NetworkEntry entry, List<Integer> positions) throws IOException {
    List<ImportanceMap> maps = new ArrayList<>();
    if (!entry.isNetwork()) {
      for (int position : positions) {
        maps.add(map(entry, files.ids().get(position)));
      }
      return maps;
    }
    Network network = NetworkCatalogue.load(entry.network(), entry.source());
    try (Predictor predictor = network.predictor(backend)) {
      for (int position : positions) {
        Tensor inputs =
            network.preprocessing().apply(files.read(position, framing(network)).pixels());
        int[] classes = classes(position, predictor.classes(inputs));
        maps.addAll(
            ImportanceMap.split(
                predictor.explain(
                    explanation, inputs, oneHot(classes, network.classifier().classes()))));
      }
    }
    return maps;
  }

  private List<ImageScores> computed(NetworkEntry entry, List<ImageScores> before, Keeper keeper)
      throws IOException {
    Network network = NetworkCatalogue.load(entry.network(), entry.source());
    int kinds = network.classifier().classes();
    List<ImageScores> images = new ArrayList<>(before);
    try (Predictor predictor = network.predictor(backend)) {
      for (int from = before.size(); from < files.size(); from += CHUNK) {
        if (from > before.size() && from % KEPT < CHUNK) {
          keeper.keep(images);
        }
        Photographs photographs =
            files.read(from, Math.min(from + CHUNK, files.size()), framing(network));
        Tensor inputs = network.preprocessing().apply(photographs.pixels());
        int[] predicted = predictor.classes(inputs);
        int[] explained = classes(from, predicted);
        requireClasses(entry, explained, kinds);
        List<ImportanceMap> maps =
            ImportanceMap.split(predictor.explain(explanation, inputs, oneHot(explained, kinds)));
        for (int i = 0; i < predicted.length; i++) {
          images.add(
              scores(
                  maps.get(i),
                  photographs,
                  i,
                  labels.isPresent() ? explained[i] : -1,
                  predicted[i]));
        }
      }
    }
    return images;
  }

  private List<ImageScores> maps(NetworkEntry entry) throws IOException {
    List<ImageScores> images = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      String id = files.ids().get(i);
      if (!Files.exists(file(entry, id))) {
        images.add(new ImageScores(id, -1, -1, Map.of()));
        continue;
      }
      ImportanceMap map = map(entry, id);
      Photographs photograph = files.read(i, Framing.whole(map.height()));
      images.add(scores(map, photograph, 0, -1, -1));
    }
    return images;
  }

  private List<ImageScores> scores(NetworkEntry entry) throws IOException {
    Map<String, String> given = NetworkList.pairs(entry.source());
    List<ImageScores> images = new ArrayList<>();
    for (String id : files.ids()) {
      String cell = given.get(id);
      try {
        images.add(
            new ImageScores(
                id,
                -1,
                -1,
                cell == null ? Map.of() : Map.of(Measure.SPEARMAN, Double.valueOf(cell))));
      } catch (NumberFormatException e) {
        throw new MalformedFileException(
            "read \"%s\": the score of \"%s\" is \"%s\" — give a number"
                .formatted(entry.source(), id, cell),
            e);
      }
    }
    return images;
  }

  private ImageScores scores(
      ImportanceMap map, Photographs photographs, int i, int label, int predicted) {
    String id = photographs.ids().get(i);
    if (!photographs.hasMap(i)) {
      return new ImageScores(id, label, predicted, Map.of());
    }
    double deviation =
        photographs.raterMaps().stream()
            .filter(raters -> raters.id().equals(id) && raters.raters() > 1)
            .findFirst()
            .map(raters -> raterDeviation(map, raters))
            .orElse(Double.NaN);
    Map<Measure, Double> scores =
        ImageScores.of(map, ImportanceMap.of(photographs.maps().slice(i)));
    return new ImageScores(id, label, predicted, scores, deviation);
  }

  /**
   * By draws of raters that depend on the seed and the image, and are the same for all networks.
   */
  private double raterDeviation(ImportanceMap map, RaterMaps raters) {
    long own = SeededRandom.of(seed).stream(raters.id().hashCode()).nextLong();
    RaterMaps resized = raters.prepared(Resampling.BILINEAR.to(map.height(), map.width()));
    return RaterUncertainty.seeded(
            AlignmentMeasure.spearman(), RaterUncertainty.Resampled.RATERS, own)
        .withResamples(RATER_DRAWS)
        .of(List.of(map), List.of(resized))
        .interval()
        .standardError();
  }

  private static Path file(NetworkEntry entry, String id) {
    return entry.source().resolve(id + ".npy");
  }

  private static ImportanceMap map(NetworkEntry entry, String id) throws IOException {
    Path file = file(entry, id);
    Tensor values = Npy.read(file);
    if (values.shape().rank() != 2 || values.shape().extent(0) != values.shape().extent(1)) {
      throw new MalformedFileException(
          "read \"%s\": the array is %s — give a square map of the photograph's central square"
              .formatted(file, values.shape()));
    }
    return ImportanceMap.of(values);
  }

  private int[] classes(int from, int[] predicted) {
    if (labels.isEmpty()) {
      return predicted;
    }
    int[] all = labels.get().classes();
    int[] some = new int[predicted.length];
    System.arraycopy(all, from, some, 0, some.length);
    return some;
  }

  private static void requireClasses(NetworkEntry entry, int[] classes, int kinds) {
    for (int label : classes) {
      if (label >= kinds) {
        throw new IllegalArgumentException(
            "study: label %d, but \"%s\" has %d classes — give labels of its classes, or none"
                .formatted(label, entry.name(), kinds));
      }
    }
  }

  /** All networks of a study see the same, the controls too. */
  private static Framing framing(Network network) {
    return Framing.whole(network.size());
  }

  private static Tensor oneHot(int[] classes, int kinds) {
    return Tensor.generate(
        Shape.of(classes.length, kinds), i -> classes[i / kinds] == i % kinds ? 1 : 0);
  }
}
