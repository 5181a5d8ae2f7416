package org.neuralharmonizer.examples;

import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.TokenEmbedding;
import org.neuralharmonizer.tensor.Shape;

/** A vision transformer of two blocks over patches of 8 × 8 pixels. */
final class SmallTransformer {
  private static final int PATCH = 8;
  private static final int WIDTH = 48;

  private SmallTransformer() {}

  static Classifier classifier(Shape image, int classes) {
    Sequential network =
        Sequential.empty()
            .then("patches", Conv.of(image.extent(0), WIDTH, PATCH).withStride(PATCH))
            .then(Shaping.TOKENS)
            .then(TokenEmbedding.of(WIDTH))
            .then("block1", block())
            .then("block2", block())
            .then("norm", LayerNorm.of(WIDTH))
            .then(Shaping.FIRST_TOKEN)
            .then("head", Dense.of(WIDTH, classes));
    return Classifier.of(network, image, classes);
  }

  private static Sequential block() {
    Sequential attention =
        Sequential.empty()
            .then("norm1", LayerNorm.of(WIDTH))
            .then("attention", MultiHeadAttention.of(WIDTH, 4));
    Sequential perceptron =
        Sequential.empty()
            .then("norm2", LayerNorm.of(WIDTH))
            .then("fc1", Dense.of(WIDTH, 2 * WIDTH))
            .then(Activation.GELU)
            .then("fc2", Dense.of(2 * WIDTH, WIDTH));
    return Sequential.of(Residual.of(attention), Residual.of(perceptron));
  }
}
