package org.neuralharmonizer.examples;

import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/** Which pixels move a network's decision? The gradient of a class's score by the image says so. */
public final class E01Saliency {
  private static final int SIZE = 16;
  private static final int CHANNELS = 3;

  private E01Saliency() {}

  public static void main(String[] arguments) {
    // A classifier is a description and holds no numbers; its parameters are a value of their own.
    // The same seed gives the same parameters everywhere.
    Classifier classifier =
        ReferenceCnn.of(2).withImage(Shape.of(CHANNELS, SIZE, SIZE)).withWidths(8, 8).classifier();
    Parameters parameters = classifier.initialize(1);

    // Images come in batches, N × C × H × W; labels say which class's score shall be explained.
    Tensor images = Tensor.stack(List.of(spot()));
    Tensor labels = Tensor.of(Shape.of(1, 2), 0, 1);

    try (Backend backend = ExampleBackend.of(arguments);
        Predictor predictor = Predictor.of(classifier, parameters, backend, 1)) {
      System.out.println("The image, its first channel:");
      System.out.println(TextMap.of(images.slice(0).slice(0)));

      // The gradient has a value per channel. How they become one per pixel is a choice that
      // changes every later number, so you always name it.
      Tensor map = predictor.explain(Saliency.of(ChannelReduction.MAX_ABSOLUTE), images, labels);
      System.out.println("Saliency of class 1, largest absolute value over channels:");
      System.out.println(TextMap.of(map.slice(0)));
      System.out.println("Nobody has taught this network yet, so it looks almost anywhere.");

      // What does the number at a pixel mean? Brighten the pixel a little and see.
      Tensor signed = predictor.explain(Saliency.of(ChannelReduction.SIGNED_MEAN), images, labels);
      double before = predictor.logits(images).at(0, 1);
      System.out.println();
      System.out.println("pixel      foretold by saliency   measured");
      for (int[] pixel : new int[][] {{4, 8}, {8, 8}, {8, 12}, {15, 15}}) {
        double step = 0.001;
        double foretold = step * CHANNELS * signed.at(0, pixel[0], pixel[1]);
        Tensor brighter = brightened(images, pixel[0] * SIZE + pixel[1], step);
        double measured = predictor.logits(brighter).at(0, 1) - before;
        System.out.printf("(%2d, %2d)   %+20.6f   %+.6f%n", pixel[0], pixel[1], foretold, measured);
      }
    }
  }

  /** A bright spot, alike in all channels. */
  private static Tensor spot() {
    return Tensor.generate(
        Shape.of(CHANNELS, SIZE, SIZE),
        i -> Math.exp(-Math.pow(Math.hypot(i % SIZE - 7.3, i / SIZE % SIZE - 7.6) / 4, 2)));
  }

  /** The same image with one pixel brighter by a step in every channel. */
  private static Tensor brightened(Tensor images, int pixel, double step) {
    return Tensor.generate(
        images.shape(), i -> images.value(i) + (i % (SIZE * SIZE) == pixel ? step : 0));
  }
}
