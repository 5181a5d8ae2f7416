package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
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
  private final Backend backend;
  private final Map<Object, Nd4jExecutable> programs = new HashMap<>();

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
    List<Object> key = List.of("explain", explanation, classifier, parameters);
    return run(
            key,
            List.of(images, labels),
            inputs -> {
              Context context = Context.of(Mode.INFERENCE);
              Expr maps =
                  explanation.explain(
                      each -> classifier.logits(each, context), inputs.get(0), inputs.get(1));
              return List.of(new Declared(maps, context.parameters(), parameters));
            })
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

  /** An expression with parameters, which become variables of its program. */
  private record Declared(Expr value, List<Parameter> parameters, Parameters values) {}

  private List<INDArray> run(
      List<Object> what, List<INDArray> arrays, Function<List<Expr>, List<?>> outputs) {
    List<Object> key = new ArrayList<>(what);
    List<Expr> inputs = new ArrayList<>();
    for (INDArray array : arrays) {
      Shape shape = Nd4jTensors.shape(Nd4jTensors.requireFloats(array));
      key.add(shape);
      inputs.add(Expr.input("array " + inputs.size(), shape));
    }
    Nd4jExecutable program = programs.get(key);
    if (program == null) {
      program = load(inputs, outputs.apply(inputs));
      programs.put(key, program);
    }
    return program.runArrays(arrays);
  }

  private Nd4jExecutable load(List<Expr> inputs, List<?> outputs) {
    List<Expr> wanted = new ArrayList<>();
    List<Signature.Variable> variables = new ArrayList<>();
    for (Object output : outputs) {
      if (output instanceof Declared declared) {
        wanted.add(declared.value());
        Parameters fitting = declared.values().fitting(declared.parameters());
        declared
            .parameters()
            .forEach(
                each ->
                    variables.add(new Signature.Variable(each.leaf(), fitting.value(each.path()))));
      } else {
        wanted.add((Expr) output);
      }
    }
    Signature signature = new Signature(inputs, variables, wanted, List.of());
    return (Nd4jExecutable) backend.load(signature);
  }

  @Override
  public void close() {
    programs.values().forEach(Nd4jExecutable::close);
    programs.clear();
    backend.close();
  }
}
