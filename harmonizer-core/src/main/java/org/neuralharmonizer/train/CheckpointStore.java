package org.neuralharmonizer.train;

import java.io.IOException;
import java.util.Optional;

/**
 * Where checkpoints are kept. Saving must leave the earlier one intact until the new one is whole.
 */
public interface CheckpointStore {
  void save(Checkpoint checkpoint) throws IOException;

  /** The latest whole checkpoint, if there is one. */
  Optional<Checkpoint> latest() throws IOException;
}
