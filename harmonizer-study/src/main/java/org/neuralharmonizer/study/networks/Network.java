package org.neuralharmonizer.study.networks;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.train.Predictor;

/**
 * A network of the catalogue with its values.
 *
 * @param name as in the catalogue
 * @param parameters fitting the classifier
 * @param scaling of pixels to its inputs
 */
public record Network(
    String name, Classifier classifier, Parameters parameters, PixelScaling scaling) {
  private static final int BATCH = 8;

  /** Checks that the values fit. */
  public Network {
    parameters = parameters.fitting(classifier.parameters());
  }

  /** The same network with other values. */
  public Network withParameters(Parameters others) {
    return new Network(name, classifier, others, scaling);
  }

  /** Height and width of its images. */
  public int size() {
    return classifier.image().extent(1);
  }

  /** The network at work; to be closed by the caller. */
  public Predictor predictor(Backend backend) {
    return Predictor.of(classifier, parameters, backend, BATCH);
  }
}
