package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.MapLoss;
import org.neuralharmonizer.loss.Pyramid;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;

/**
 * The library's measures on ND4J's arrays, for those who train and explain elsewhere: pyramids, the
 * map loss with its gradient, saliency. Arrays go from ND4J to ND4J on their device; nothing is
 * read on the way. Programs are compiled for each shape when first needed, and closed with this
 * object. Confined to one thread.
 *
 * <pre>{@code
 * try (Nd4jMeasures measures = Nd4jMeasures.on("nd4j-cpu")) {
 *   var loss = measures.mapLoss(HarmonizationLoss.asInPaper(), saliency, human, weights);
 * }
 * }</pre>
 */
public final class Nd4jMeasures implements AutoCloseable {
  private static final int MOST_PROGRAMS = 8;

  private final Backend backend;

  /** By use, the one that was used longest ago first. */
  private final Map<Object, Loaded> programs = new LinkedHashMap<>(16, 0.75f, true);

  private Nd4jMeasures(Backend backend) {
    this.backend = backend;
  }

  /**
   * Measures on one of ND4J's backends, {@code nd4j-cpu} or {@code nd4j-cuda}.
   *
   * @throws IllegalArgumentException if it is not usable here, with the reason, or no backend of
   *     ND4J
   */
  public static Nd4jMeasures on(String backend) {
    Backend opened = Backends.named(backend, BackendOptions.defaults());
    if (!(opened instanceof Nd4jBackend)) {
      opened.close();
      throw new IllegalArgumentException(
          "nd4j measures: \"%s\" does not run on ND4J's arrays — use nd4j-cpu or nd4j-cuda"
              .formatted(backend));
    }
    return new Nd4jMeasures(opened);
  }

  /**
   * A map loss and its gradient.
   *
   * @param value a scalar
   * @param gradient by the saliency, N × H × W
   */
  public record LossAndGradient(INDArray value, INDArray gradient) {}

  /**
   * Levels 1 … count of maps.
   *
   * @param maps N × H × W
   * @return each N × Hᵢ × Wᵢ, level 1 the maps themselves
   */
  public List<INDArray> pyramid(Pyramid pyramid, INDArray maps, int count) {
    return run(
        List.of("pyramid", pyramid, count),
        List.of(maps),
        inputs -> pyramid.levels(inputs.get(0), count));
  }

  /**
   * How much a model's maps differ from people's, and in which direction they would have to change.
   *
   * @param saliency N × H × W
   * @param human N × H × W
   * @param mapWeights N: 1 for an image with a human map, 0 for one without, or a fraction
   */
  public LossAndGradient mapLoss(
      MapLoss loss, INDArray saliency, INDArray human, INDArray mapWeights) {
    List<INDArray> results =
        run(
            List.of("map loss", loss),
            List.of(saliency, human, mapWeights),
            inputs -> {
              Expr value = loss.loss(inputs.get(0), inputs.get(1), inputs.get(2));
              return List.of(value, Derivatives.grad(value, inputs.subList(0, 1)).get(0));
            });
    return new LossAndGradient(results.get(0), results.get(1));
  }

  /**
   * Explanation maps N × H × W of a network in inference mode.
   *
   * @param images N × C × H × W
   * @param labels N × K: the classes whose scores are explained, one-hot or mixed
   */
  public INDArray explain(
      ExplanationFunctional explanation,
      Classifier classifier,
      Parameters parameters,
      INDArray images,
      INDArray labels) {
    return run(
            List.of("explain", explanation, classifier),
            List.of(images, labels),
            inputs -> {
              Context context = Context.of(Mode.INFERENCE);
              Expr maps =
                  explanation.explain(classifier.model(context), inputs.get(0), inputs.get(1));
              return new Wanted(List.of(maps), context.parameters());
            },
            parameters)
        .get(0);
  }

  /**
   * Agreement of two maps of H × W, such as {@link AlignmentMeasure#spearman()}. Ranks are formed
   * in Java, after one copy of each map: ND4J's sorting is many times slower.
   *
   * @return empty where it is not defined, as for constant maps
   */
  public static OptionalDouble agreement(AlignmentMeasure measure, INDArray model, INDArray human) {
    return measure.score(
        ImportanceMap.of(Nd4jTensors.of(model)), ImportanceMap.of(Nd4jTensors.of(human)));
  }

  /** What a program is to compute, of its inputs and of parameters. */
  private record Wanted(List<Expr> outputs, List<Parameter> parameters) {}

  /** A program, and the parameters that it holds. */
  private static final class Loaded {
    private final Nd4jExecutable program;
    private Parameters held;

    Loaded(Nd4jExecutable program, Parameters held) {
      this.program = program;
      this.held = held;
    }

    /** By identity: parameters do not change, and comparing them would take as long as copying. */
    @SuppressWarnings("ReferenceEquality")
    void hold(Parameters parameters) {
      if (held != parameters) {
        List<Program.Variable> variables = program.program().variables();
        for (int i = 0; i < variables.size(); i++) {
          program.write(i, parameters.value(variables.get(i).name()));
        }
        held = parameters;
      }
    }
  }

  private List<INDArray> run(
      List<Object> what, List<INDArray> arrays, Function<List<Expr>, List<Expr>> outputs) {
    return run(
        what, arrays, inputs -> new Wanted(outputs.apply(inputs), List.of()), Parameters.empty());
  }

  private List<INDArray> run(
      List<Object> what,
      List<INDArray> arrays,
      Function<List<Expr>, Wanted> wanted,
      Parameters parameters) {
    List<Object> key = new ArrayList<>(what);
    List<Expr> inputs = new ArrayList<>();
    for (INDArray array : arrays) {
      Shape shape = Nd4jTensors.shape(Nd4jTensors.requireFloats(array));
      key.add(shape);
      inputs.add(Expr.input("array " + inputs.size(), shape));
    }
    Loaded loaded = programs.get(key);
    if (loaded == null) {
      loaded = new Loaded(load(inputs, wanted.apply(inputs), parameters), parameters);
      programs.put(key, loaded);
      closeOldest();
    }
    loaded.hold(parameters);
    return loaded.program.runArrays(arrays);
  }

  private Nd4jExecutable load(List<Expr> inputs, Wanted wanted, Parameters parameters) {
    Parameters fitting = parameters.fitting(wanted.parameters());
    List<Signature.Variable> variables =
        wanted.parameters().stream()
            .map(each -> new Signature.Variable(each.leaf(), fitting.value(each.path())))
            .toList();
    Signature signature = new Signature(inputs, variables, wanted.outputs(), List.of());
    return (Nd4jExecutable) backend.load(signature);
  }

  private void closeOldest() {
    Iterator<Loaded> oldest = programs.values().iterator();
    while (programs.size() > MOST_PROGRAMS) {
      oldest.next().program.close();
      oldest.remove();
    }
  }

  @Override
  public void close() {
    programs.values().forEach(loaded -> loaded.program.close());
    programs.clear();
    backend.close();
  }
}
