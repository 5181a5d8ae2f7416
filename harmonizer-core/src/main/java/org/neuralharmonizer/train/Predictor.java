package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.BlackBox;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A trained network at work: logits, and explanations of them, of any number of images in batches
 * of bounded size. The network runs in inference mode, and only first derivatives are built.
 * Confined to one thread; programs are compiled when first needed and closed with it.
 */
public final class Predictor implements BlackBox, AutoCloseable {
  private final Classifier classifier;
  private final Parameters parameters;
  private final Backend backend;
  private final int maxBatch;
  private final Map<Task, Executable> programs = new HashMap<>();
  private boolean closed;

  /** What a program computes: an explanation, the output of a layer, or logits. */
  private record Task(Object explanation, int batch) {}

  private record Layer(String path) {}

  private static final Object LOGITS = new Object();

  private Predictor(Classifier classifier, Parameters parameters, Backend backend, int maxBatch) {
    this.classifier = classifier;
    this.parameters = parameters.fitting(classifier.parameters());
    this.backend = backend;
    this.maxBatch = maxBatch;
  }

  /**
   * A network with its values on a backend, which stays the caller's to close.
   *
   * @param maxBatch images computed at once, which bounds the memory
   * @throws IllegalArgumentException listing every parameter that does not fit the network
   */
  public static Predictor of(
      Classifier classifier, Parameters parameters, Backend backend, int maxBatch) {
    if (maxBatch < 1) {
      throw new IllegalArgumentException("predictor: maxBatch must be at least 1, not " + maxBatch);
    }
    return new Predictor(classifier, parameters, backend, maxBatch);
  }

  /**
   * The logits N × K of images N × C × H × W; NaN pixels make all logits of their image NaN.
   *
   * @throws ShapeException if there is no image, or one does not fit the network
   * @throws IllegalStateException if this predictor is closed
   */
  @Override
  public Tensor logits(Tensor images) {
    return inBatches(LOGITS, List.of(images));
  }

  /**
   * The output of a named layer for images N × C × H × W, N × whatever the layer gives.
   *
   * @param layer as {@link org.neuralharmonizer.nn.Model#activations} names it
   * @throws IllegalArgumentException if there is no such layer, or its output has no row for each
   *     image
   * @throws ShapeException if there is no image, or one does not fit the network
   */
  public Tensor activations(String layer, Tensor images) {
    return inBatches(new Layer(layer), List.of(images));
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  /**
   * Explanation maps N × H × W.
   *
   * @param images N × C × H × W
   * @param labels N × K: the classes whose scores are explained, one-hot or mixed
   * @throws ShapeException if there is no image, or images or labels do not fit the network or each
   *     other
   * @throws IllegalStateException if this predictor is closed
   */
  public Tensor explain(ExplanationFunctional explanation, Tensor images, Tensor labels) {
    return inBatches(explanation, List.of(images, labels));
  }

  /** Explanation maps N × H × W of a data set, of the classes that its images are labeled with. */
  public Tensor explain(ExplanationFunctional explanation, LabeledImages images) {
    LabeledImages.Batch all = images.all();
    return explain(explanation, all.images(), all.labels());
  }

  /** The class of the highest logit of each image, the first of equals; the first NaN if any. */
  public int[] classes(Tensor images) {
    Tensor logits = logits(images);
    int[] classes = new int[logits.shape().extent(0)];
    for (int i = 0; i < classes.length; i++) {
      for (int k = 1; k < classifier.classes(); k++) {
        classes[i] = exceeds(logits.at(i, k), logits.at(i, classes[i])) ? k : classes[i];
      }
    }
    return classes;
  }

  /** The share of images whose highest logit is that of their label. */
  public double accuracy(Tensor images, int[] labels) {
    int[] predicted = classes(images);
    if (predicted.length != labels.length) {
      throw new ShapeException(
          "accuracy: " + predicted.length + " images, " + labels.length + " labels");
    }
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += predicted[i] == labels[i] ? 1 : 0;
    }
    return (double) right / labels.length;
  }

  /** The share of images whose highest logit is that of their label, the heaviest if it is soft. */
  public double accuracy(LabeledImages images) {
    int[] labels = new int[images.size()];
    Arrays.setAll(labels, images::label);
    return accuracy(images.all().images(), labels);
  }

  @Override
  public void close() {
    closed = true;
    programs.values().forEach(Executable::close);
    programs.clear();
  }

  private static boolean exceeds(float candidate, float best) {
    return candidate > best || (Float.isNaN(candidate) && !Float.isNaN(best));
  }

  private void check(List<Tensor> arguments) {
    if (closed) {
      throw new IllegalStateException("predictor: it is closed — open another");
    }
    Shape images = arguments.get(0).shape();
    int count = images.rank() == 0 ? 0 : images.extent(0);
    if (count == 0 || !images.equals(classifier.image().within(count))) {
      throw new ShapeException(
          "predictor: images are %s, the network takes N × %s — give at least one, of that size"
              .formatted(images, classifier.image()));
    }
    Shape labels = Shape.of(count, classifier.classes());
    if (arguments.size() > 1 && !arguments.get(1).shape().equals(labels)) {
      throw new ShapeException(
          "predictor: labels are %s, %d images of %d classes need %s"
              .formatted(arguments.get(1).shape(), count, classifier.classes(), labels));
    }
  }

  private Tensor inBatches(Object explanation, List<Tensor> arguments) {
    check(arguments);
    int count = arguments.get(0).shape().extent(0);
    List<Tensor> rows = new ArrayList<>(count);
    for (int from = 0; from < count; from += maxBatch) {
      int size = Math.min(maxBatch, count - from);
      List<Tensor> parts = new ArrayList<>();
      for (Tensor argument : arguments) {
        parts.add(range(argument, from, size));
      }
      Task task = new Task(explanation, size);
      Tensor result = programs.computeIfAbsent(task, this::load).run(parts).get(0);
      for (int i = 0; i < size; i++) {
        rows.add(result.slice(i));
      }
    }
    return Tensor.stack(rows);
  }

  private static Tensor range(Tensor tensor, int from, int size) {
    List<Tensor> rows = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      rows.add(tensor.slice(from + i));
    }
    return Tensor.stack(rows);
  }

  private Executable load(Task task) {
    Context context = Context.of(Mode.INFERENCE);
    Expr images = Expr.input("images", classifier.image().within(task.batch()));
    Expr labels = Expr.input("labels", Shape.of(task.batch(), classifier.classes()));
    List<Expr> arguments = new ArrayList<>(List.of(images));
    Expr output;
    if (task.explanation() instanceof ExplanationFunctional explanation) {
      arguments.add(labels);
      output = explanation.explain(classifier.model(context), images, labels);
    } else if (task.explanation() instanceof Layer layer) {
      output = classifier.model(context).activation(layer.path(), images);
      Shape shape = output.shape();
      if (shape.rank() < 2 || shape.extent(0) != task.batch()) {
        throw new IllegalArgumentException(
            "predictor: layer \"%s\" gives %s for %d images — name one with a row for each"
                .formatted(layer.path(), shape, task.batch()));
      }
    } else {
      output = classifier.logits(images, context);
    }
    List<Signature.Variable> variables = new ArrayList<>();
    for (Parameter parameter : context.parameters()) {
      variables.add(new Signature.Variable(parameter.leaf(), parameters.value(parameter.path())));
    }
    return backend.load(new Signature(arguments, variables, List.of(output), List.of()));
  }
}
