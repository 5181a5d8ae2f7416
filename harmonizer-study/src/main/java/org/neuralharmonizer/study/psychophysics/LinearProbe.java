package org.neuralharmonizer.study.psychophysics;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/**
 * Decisions of a linear classifier on what a layer of a network gives. It learns from the whole
 * images of all others and decides on the stimuli of one, each image in turn, so that it has never
 * seen the image it decides on. Pixels and tokens are averaged; features are standardized by the
 * images it learns from.
 *
 * @param layer of the network
 * @param kind of the classifier
 * @param cost of a mistake; the smaller, the smaller the weights
 * @see <a
 *     href="https://github.com/drewlinsley/causal_clicktionary">drewlinsley/causal_clicktionary</a>,
 *     which decides by support vectors on standardized features of VGG16's fc7 with a cost of 1e-4
 */
public record LinearProbe(String layer, Kind kind, double cost) {
  private static final double PRECISION = 1e-4;
  private static final int ITERATIONS = 1000;

  /** What is minimised. */
  public enum Kind {
    LOGISTIC_REGRESSION(SolverType.L2R_LR),
    SUPPORT_VECTORS(SolverType.L2R_L2LOSS_SVC);

    private final SolverType solver;

    Kind(SolverType solver) {
      this.solver = solver;
    }
  }

  public LinearProbe {
    if (!(cost > 0 && Double.isFinite(cost))) {
      throw new IllegalArgumentException("linear probe: cost " + cost + " — give above 0");
    }
  }

  /**
   * The trials of all stimuli.
   *
   * @throws IllegalArgumentException if there is no such layer, or a category has only one image
   */
  public List<Trial> decide(
      String name, Network network, StimulusManifest manifest, Truth truth, Backend backend)
      throws IOException {
    for (String category : truth.names()) {
      long images =
          manifest.images().stream().filter(image -> truth.of(image).equals(category)).count();
      if (images < 2) {
        throw new IllegalArgumentException(
            "linear probe: %d image of \"%s\" — needs two, one to learn from"
                .formatted(images, category));
      }
    }
    List<Stimulus> stimuli = manifest.stimuli();
    double[][] features = features(network, manifest, backend);
    int whole = manifest.levels() - 1;
    List<String> answers = new ArrayList<>();
    IntStream.range(0, stimuli.size()).forEach(i -> answers.add(""));
    for (String image : manifest.images()) {
      IntPredicate isTaught =
          i -> stimuli.get(i).level() == whole && !stimuli.get(i).image().equals(image);
      int[] taught = IntStream.range(0, stimuli.size()).filter(isTaught).toArray();
      Scaling scaling = Scaling.of(features, taught);
      Model model = model(stimuli, scaling, features, taught, truth);
      for (int i = 0; i < stimuli.size(); i++) {
        if (stimuli.get(i).image().equals(image)) {
          double answer = Linear.predict(model, scaling.nodes(features[i]));
          answers.set(i, truth.names().get((int) answer));
        }
      }
    }
    return IntStream.range(0, stimuli.size())
        .mapToObj(i -> NetworkDecisions.trial(name, stimuli.get(i), truth, answers.get(i)))
        .toList();
  }

  private Model model(
      List<Stimulus> stimuli, Scaling scaling, double[][] features, int[] taught, Truth truth) {
    Problem problem = new Problem();
    problem.l = taught.length;
    problem.n = features[0].length + 1;
    problem.bias = 1;
    problem.x = new Feature[taught.length][];
    problem.y = new double[taught.length];
    for (int i = 0; i < taught.length; i++) {
      problem.x[i] = scaling.nodes(features[taught[i]]);
      problem.y[i] = truth.names().indexOf(truth.of(stimuli.get(taught[i]).image()));
    }
    Linear.disableDebugOutput();
    return Linear.train(problem, new Parameter(kind.solver, cost, ITERATIONS, PRECISION));
  }

  private double[][] features(Network network, StimulusManifest manifest, Backend backend)
      throws IOException {
    double[][] features = new double[manifest.stimuli().size()][];
    try (Predictor predictor = network.predictor(backend)) {
      ShownStimuli.show(
          manifest,
          network,
          (first, inputs) -> {
            Tensor outputs = predictor.activations(layer, inputs);
            for (int i = 0; i < outputs.shape().extent(0); i++) {
              features[first + i] = averaged(outputs.slice(i));
            }
          });
    }
    return features;
  }

  /** Over pixels of K × h × w, over tokens of T × K; K as it is. */
  private static double[] averaged(Tensor output) {
    Shape shape = output.shape();
    boolean isPixels = shape.rank() == 3;
    boolean isTokens = shape.rank() == 2;
    int channels = isTokens ? shape.extent(1) : shape.extent(0);
    double[] means = new double[channels];
    int each = output.size() / channels;
    for (int i = 0; i < output.size(); i++) {
      means[isPixels ? i / each : i % channels] += output.value(i) / (double) each;
    }
    return means;
  }

  /** Means and deviations of features over some stimuli. */
  private record Scaling(double[] mean, double[] deviation) {
    static Scaling of(double[][] features, int[] rows) {
      double[] mean = new double[features[0].length];
      double[] deviation = new double[mean.length];
      for (int k = 0; k < mean.length; k++) {
        int column = k;
        double average =
            IntStream.of(rows).mapToDouble(row -> features[row][column]).average().orElseThrow();
        mean[k] = average;
        deviation[k] =
            Math.sqrt(
                IntStream.of(rows)
                    .mapToDouble(row -> Math.pow(features[row][column] - average, 2))
                    .average()
                    .orElseThrow());
      }
      return new Scaling(mean, deviation);
    }

    /** A feature that never changes says nothing; the last is 1, for the intercept. */
    Feature[] nodes(double[] values) {
      Feature[] nodes = new Feature[values.length + 1];
      nodes[values.length] = new FeatureNode(values.length + 1, 1);
      for (int k = 0; k < values.length; k++) {
        double scaled = deviation[k] > 0 ? (values[k] - mean[k]) / deviation[k] : 0;
        nodes[k] = new FeatureNode(k + 1, scaled);
      }
      return nodes;
    }
  }
}
