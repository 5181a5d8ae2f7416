package org.neuralharmonizer.nn;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * A network from images N × C × H × W to logits N × K. It holds no values; immutable and safe to
 * share between threads.
 */
public final class Classifier {
  private final Layer network;
  private final Shape image;
  private final int classes;
  private final List<Parameter> parameters;

  private Classifier(Layer network, Shape image, int classes) {
    this.network = network;
    this.image = image;
    this.classes = classes;
    Context context = Context.of(Mode.INFERENCE);
    logits(Expr.input("images", image.within(1)), context);
    this.parameters = context.parameters();
  }

  /**
   * A classifier. The network is built once at this point, for one image, so that mistakes show
   * here.
   *
   * @param image C × H × W
   * @throws ShapeException if the network does not turn an image into that many logits
   */
  public static Classifier of(Layer network, Shape image, int classes) {
    if (image.rank() != 3 || image.size() == 0) {
      throw new ShapeException("classifier: an image is C × H × W, not " + image);
    }
    if (classes < 1) {
      throw new ShapeException("classifier: needs at least 1 class, not " + classes);
    }
    return new Classifier(network, image, classes);
  }

  /** The shape of one image, C × H × W. */
  public Shape image() {
    return image;
  }

  public int classes() {
    return classes;
  }

  /** All parameters and running statistics, in the order in which the network declares them. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** First values for all parameters; the same for the same seed. */
  public Parameters initialize(long seed) {
    return Parameters.initialize(parameters, seed);
  }

  /**
   * This network with the parameters of a context, as explanations see it. Applied again to the
   * same expression it gives the same expressions, so that an explanation shares the forward pass.
   */
  public Model model(Context context) {
    return new NamedModel(this, context);
  }

  /**
   * The logits N × K of images.
   *
   * @throws ShapeException if the images are not N × C × H × W of this network
   */
  public Expr logits(Expr images, Context context) {
    Shape shape = images.shape();
    if (shape.rank() != 4 || !shape.inner().equals(image)) {
      throw new ShapeException(
          "classifier: images are %s, the network expects N × %d × %d × %d"
              .formatted(shape, image.extent(0), image.extent(1), image.extent(2)));
    }
    Expr logits = network.apply(images, context);
    Shape expected = Shape.of(shape.extent(0), classes);
    if (!logits.shape().equals(expected)) {
      throw new ShapeException(
          "classifier: the network's output is %s, logits of %d classes are %s — end it with a flat dense layer"
              .formatted(logits.shape(), classes, expected));
    }
    return logits;
  }
}
