package org.neuralharmonizer.study.networks;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.train.Predictor;

/**
 * A network of the catalogue with its values.
 *
 * @param name as in the catalogue
 * @param parameters fitting the classifier
 * @param preprocessing of pixels to its inputs
 */
public record Network(
    String name, Classifier classifier, Parameters parameters, Preprocessing preprocessing) {
  private static final int BATCH = 8;

  /** Checks that values and pixels fit. */
  public Network {
    parameters = parameters.fitting(classifier.parameters());
    int channels = classifier.image().extent(0);
    if (preprocessing.channels().count() != channels) {
      throw new IllegalArgumentException(
          "network \"%s\": its images have %d channels, the preprocessing \"%s\" gives %d"
              .formatted(name, channels, preprocessing.text(), preprocessing.channels().count()));
    }
  }

  /** The same network with other values. */
  public Network withParameters(Parameters others) {
    return new Network(name, classifier, others, preprocessing);
  }

  /** The same network for other pixels. */
  public Network withPreprocessing(Preprocessing other) {
    return new Network(name, classifier, parameters, other);
  }

  /** Height and width of its images. */
  public int size() {
    return classifier.image().extent(1);
  }

  /** What it sees of pictures. */
  public Framing framing() {
    return new Framing(size(), preprocessing.centralShare());
  }

  /** The network at work; to be closed by the caller. */
  public Predictor predictor(Backend backend) {
    return Predictor.of(classifier, parameters, backend, BATCH);
  }
}
