package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.psychophysics.Categories;
import org.neuralharmonizer.psychophysics.Readout;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/** A network as an observer: it sees every image at every level. */
public final class NetworkDecisions {
  private NetworkDecisions() {}

  /**
   * The network's trials.
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
    List<Trial> trials = new ArrayList<>();
    try (Predictor predictor = network.predictor(backend)) {
      ShownStimuli.show(
          manifest,
          network,
          (first, inputs) -> {
            Tensor logits = predictor.logits(inputs);
            for (int i = 0; i < logits.shape().extent(0); i++) {
              Stimulus shown = manifest.stimuli().get(first + i);
              trials.add(trial(name, shown, truth, readout.decide(logits.slice(i), categories)));
            }
          });
    }
    return trials;
  }

  static Trial trial(String name, Stimulus shown, Truth truth, String answer) {
    return new Trial(
        name,
        1,
        StimulusManifest.condition(shown.level()),
        shown.image(),
        truth.of(shown.image()),
        answer,
        Double.NaN);
  }
}
