package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.psychophysics.Categories;
import org.neuralharmonizer.psychophysics.Readout;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/** A network as an observer: it sees every image at every level. */
public final class NetworkDecisions {
  private static final int AT_ONCE = 8;

  private NetworkDecisions() {}

  /**
   * The network's trials. Stimuli are shown whole, resized to what the network takes: what is
   * revealed must not be cut off.
   *
   * @param name of the observer
   * @throws IllegalArgumentException if the categories are of other classes than the network's
   * @throws IOException if a stimulus cannot be read
   */
  public static List<Trial> of(
      String name,
      Network network,
      StimulusManifest manifest,
      Categories categories,
      Truth truth,
      Readout readout,
      Backend backend)
      throws IOException {
    List<Stimulus> stimuli = manifest.stimuli();
    List<Trial> trials = new ArrayList<>();
    try (Predictor predictor = network.predictor(backend)) {
      for (int from = 0; from < stimuli.size(); from += AT_ONCE) {
        List<Stimulus> some = stimuli.subList(from, Math.min(from + AT_ONCE, stimuli.size()));
        List<Path> files = some.stream().map(manifest::file).toList();
        Tensor pixels = Photographs.unmapped(files, Framing.whole(network.size())).pixels();
        Tensor logits = predictor.logits(network.preprocessing().apply(pixels));
        for (int i = 0; i < some.size(); i++) {
          Stimulus shown = some.get(i);
          trials.add(
              new Trial(
                  name,
                  1,
                  StimulusManifest.condition(shown.level()),
                  shown.image(),
                  truth.of(shown.image()),
                  readout.decide(logits.slice(i), categories),
                  Double.NaN));
        }
      }
    }
    return trials;
  }
}
