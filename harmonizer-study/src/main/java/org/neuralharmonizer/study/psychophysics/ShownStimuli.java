package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.tensor.Tensor;

/** Stimuli as a network takes them, a few at a time. */
final class ShownStimuli {
  private static final int AT_ONCE = 8;

  private ShownStimuli() {}

  /** Takes some stimuli, of which the first has a position in the manifest. */
  @FunctionalInterface
  interface Taker {
    void take(int first, Tensor inputs);
  }

  /**
   * Shows all stimuli of a manifest, whole and resized to the network's images: what is revealed
   * must not be cut off.
   */
  static void show(StimulusManifest manifest, Network network, Taker taker) throws IOException {
    List<Path> files = manifest.stimuli().stream().map(manifest::file).toList();
    for (int from = 0; from < files.size(); from += AT_ONCE) {
      List<Path> some = files.subList(from, Math.min(from + AT_ONCE, files.size()));
      Tensor pixels = Photographs.unmapped(some, Framing.whole(network.size())).pixels();
      taker.take(from, network.preprocessing().apply(pixels));
    }
  }
}
