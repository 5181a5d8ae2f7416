package org.neuralharmonizer.study.cli;

import java.util.List;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.train.Harmonizer;

/**
 * A training run as other machines see it.
 *
 * @param harmonizer the settings
 * @param images what it trains on
 * @param files what the images are read from, in the order in which to close
 */
public record RemoteTraining(
    Harmonizer harmonizer, ImageSource images, List<? extends AutoCloseable> files)
    implements AutoCloseable {
  @Override
  public void close() throws Exception {
    for (AutoCloseable file : files) {
      file.close();
    }
  }
}
