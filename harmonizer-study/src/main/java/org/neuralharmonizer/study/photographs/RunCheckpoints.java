package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.train.Checkpoint;
import org.neuralharmonizer.train.CheckpointStore;

/**
 * Checkpoints that also know the network, its first values and the images, so that a run does not
 * resume what another began with the same settings.
 */
public final class RunCheckpoints implements CheckpointStore {
  private final CheckpointStore store;
  private final Map<String, String> origin;

  private RunCheckpoints(CheckpointStore store, Map<String, String> origin) {
    this.store = store;
    this.origin = origin;
  }

  /** A store for the run of a network on images. */
  public static RunCheckpoints in(CheckpointStore store, Network network, LabeledImages images) {
    LabeledImages.Batch all = images.all();
    Map<String, String> origin = new TreeMap<>();
    origin.put("pixels", fingerprint(all.images()));
    origin.put("labels", fingerprint(all.labels()));
    origin.put("maps", fingerprint(all.maps()));
    return in(store, network, origin);
  }

  /**
   * A store for the run of a network on data that is known by some text.
   *
   * @param data by names of one's own; none of the settings of a run
   */
  public static RunCheckpoints in(
      CheckpointStore store, Network network, Map<String, String> data) {
    Map<String, String> origin = new TreeMap<>(data);
    origin.put("network", network.name());
    origin.put("first values", fingerprint(network.parameters()));
    return new RunCheckpoints(store, origin);
  }

  @Override
  public void save(Checkpoint checkpoint) throws IOException {
    Map<String, String> settings = new HashMap<>(checkpoint.settings());
    settings.putAll(origin);
    store.save(new Checkpoint(checkpoint.step(), checkpoint.tensors(), settings));
  }

  @Override
  public Optional<Checkpoint> latest() throws IOException {
    return store.latest().map(this::own);
  }

  private Checkpoint own(Checkpoint checkpoint) {
    Map<String, String> found = new HashMap<>(checkpoint.settings());
    found.keySet().retainAll(origin.keySet());
    new Checkpoint(checkpoint.step(), Map.of(), found).requireSameSettings(origin);
    Map<String, String> rest = new HashMap<>(checkpoint.settings());
    rest.keySet().removeAll(origin.keySet());
    return new Checkpoint(checkpoint.step(), checkpoint.tensors(), rest);
  }

  /** Of values, the same in every process; enough against mistakes. */
  private static String fingerprint(Object values) {
    return Integer.toHexString(values.hashCode());
  }
}
