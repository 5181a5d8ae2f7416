package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.networks.NetworkCatalogue;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.photographs.StudyImages;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/**
 * Scores photographs by one network, a chunk of them at a time. What it gives does not depend on
 * what it was asked before, nor on who asks. Confined to one thread.
 */
public final class NetworkScorer implements AutoCloseable {
  /** Photographs of a chunk. */
  public static final int CHUNK = 8;

  private final StudyProtocol protocol;
  private final NetworkEntry entry;
  private final Network network;
  private final Predictor predictor;

  private NetworkScorer(
      StudyProtocol protocol, NetworkEntry entry, Network network, Backend backend) {
    this.protocol = protocol;
    this.entry = entry;
    this.network = network;
    predictor = network.predictor(backend);
  }

  /**
   * Loads a network of the catalogue.
   *
   * @param backend stays the caller's to close, after the scorer
   */
  public static NetworkScorer of(StudyProtocol protocol, NetworkEntry entry, Backend backend)
      throws IOException {
    return new NetworkScorer(
        protocol, entry, NetworkCatalogue.load(entry.network(), entry.source()), backend);
  }

  /** How many chunks so many photographs make. */
  public static int chunks(int photographs) {
    return (photographs + CHUNK - 1) / CHUNK;
  }

  /** The scores of one chunk, from 0 on. */
  public List<ImageScores> chunk(int number) throws IOException {
    StudyImages files = protocol.images();
    int from = number * CHUNK;
    Photographs photographs =
        files.read(from, Math.min(from + CHUNK, files.size()), framing(network));
    Tensor inputs = network.preprocessing().apply(photographs.pixels());
    int[] predicted = predictor.classes(inputs);
    int[] explained = classes(from, predicted);
    requireClasses(explained);
    List<ImportanceMap> maps = explain(inputs, explained);
    List<ImageScores> scores = new ArrayList<>();
    for (int i = 0; i < predicted.length; i++) {
      int label = protocol.labels().isPresent() ? explained[i] : -1;
      scores.add(ImageScores.of(maps.get(i), photographs, i, label, predicted[i], protocol.seed()));
    }
    return scores;
  }

  /** The map of one photograph. */
  ImportanceMap map(int position) throws IOException {
    Tensor inputs =
        network.preprocessing().apply(protocol.images().read(position, framing(network)).pixels());
    return explain(inputs, classes(position, predictor.classes(inputs))).get(0);
  }

  private List<ImportanceMap> explain(Tensor inputs, int[] classes) {
    return ImportanceMap.split(
        predictor.explain(
            protocol.explanation(), inputs, oneHot(classes, network.classifier().classes())));
  }

  private int[] classes(int from, int[] predicted) {
    if (protocol.labels().isEmpty()) {
      return predicted;
    }
    int[] all = protocol.labels().get().classes();
    int[] some = new int[predicted.length];
    System.arraycopy(all, from, some, 0, some.length);
    return some;
  }

  private void requireClasses(int[] classes) {
    int kinds = network.classifier().classes();
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

  @Override
  public void close() {
    predictor.close();
  }
}
