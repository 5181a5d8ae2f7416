package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.ReferenceStep;
import org.neuralharmonizer.train.SmallTask;
import org.neuralharmonizer.train.TrainingListener;

/**
 * The suite that every backend passes: all primitives, their derivatives of two orders, random
 * graphs and training, each against the meaning in double precision, and the contract of the
 * interfaces. A backend's module extends it by its way to open the backend.
 */
public abstract class BackendConformance extends BackendContract {
  /** What backends never see, and what they see only with an exchange. */
  private static final Set<Code> NO_STEPS =
      EnumSet.of(
          Code.INPUT, Code.LITERAL, Code.CONSTANT, Code.RESHAPE, Code.DETACH, Code.SHARE_SUM);

  private static final int GRAPHS = 60;
  private static final int UNFUSED_GRAPHS = 20;

  /** Of so many random graphs and epochs of training, one is in a sample. */
  private static final int SAMPLED = 8;

  /** Ten images in batches of four: 200 steps. */
  private static final int EPOCHS = 80;

  private static final double STEPS_PER_EPOCH = 2.5;

  /** As in the test of the training step, where the reason is. */
  private static final double OF_A_STEP = 2e-5;

  private static final double RATE = 0.02;

  /**
   * Rounding is not amplified: with a learning rate off by 1e-6 the losses of 200 steps differ by
   * less than 1e-6. The rest is for a maximum or rectifier that decides otherwise once.
   */
  private static final double OF_TRAINING = 1e-4;

  /**
   * Products a thousand times coarser decide otherwise within some forty steps, from where on two
   * trainings take different ways; they are held to come down alike, by means of fifty losses.
   */
  private static final double OF_TRAINING_IN_TENSOR_FLOAT = 0.1;

  private static final int STEPS_OF_A_MEAN = 50;

  static Stream<ConformanceCase> functions() {
    return Stream.of(ElementwiseCases.awkwardArguments(), ElementwiseCases.fewSizes())
        .flatMap(List::stream);
  }

  Stream<ConformanceCase> sizes() {
    List<ConformanceCase> cases =
        extent() == Extent.FULL ? ElementwiseCases.sizes() : ElementwiseCases.sampledSizes();
    return cases.stream();
  }

  static Stream<ConformanceCase> movements() {
    return MovementCases.all().stream();
  }

  static Stream<ConformanceCase> products() {
    return ProductCases.all().stream();
  }

  static Stream<ConformanceCase> convolutions() {
    return ConvolutionCases.all().stream();
  }

  static Stream<ConformanceCase> windows() {
    return WindowCases.all().stream();
  }

  static Stream<ConformanceCase> gradients() {
    return GradientCases.all().stream();
  }

  @Test
  void everyKindOfStepOccurs() {
    Set<Code> seen = EnumSet.noneOf(Code.class);
    Stream.of(functions(), movements(), products(), convolutions(), windows())
        .flatMap(cases -> cases)
        .map(each -> Compiler.compile(each.signature(each.wanted()), Fusion.NONE))
        .flatMap(program -> program.steps().stream())
        .forEach(step -> seen.add(((Step.Apply) step).primitive().code()));
    assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(NO_STEPS)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void elementwiseFunctions(ConformanceCase each) {
    checkBothWays(each);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sizes")
  void loopsOfAnySize(ConformanceCase each) {
    Conformance.check(each, terms(), backend().fusion());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("movements")
  void sumsAndMovements(ConformanceCase each) {
    checkBothWays(each);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("products")
  void matrixProducts(ConformanceCase each) {
    Conformance.check(each, terms(), backend().fusion());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("convolutions")
  void convolutionsUpToSecondOrder(ConformanceCase each) {
    Conformance.check(each, terms(), backend().fusion());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("windows")
  void poolingWindows(ConformanceCase each) {
    Conformance.check(each, terms(), backend().fusion());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("gradients")
  void gradientsUpToSecondOrder(ConformanceCase each) {
    Conformance.check(each, terms(), backend().fusion());
    if (extent() == Extent.FULL) {
      Conformance.check(each, terms(), Fusion.NONE);
    }
  }

  @Test
  void randomGraphs() {
    List<ConformanceCase> graphs = GraphCases.all(sampled(GRAPHS));
    for (int i = 0; i < graphs.size(); i++) {
      Conformance.check(graphs.get(i), terms(), backend().fusion());
      if (i < sampled(UNFUSED_GRAPHS)) {
        Conformance.check(graphs.get(i), terms(), Fusion.NONE);
      }
    }
  }

  @Test
  void harmonizedStepsFollowDoublePrecision() {
    ReferenceStep reference = new ReferenceStep();
    Signature signature = reference.signature();
    try (Executable executable = backend().load(signature)) {
      for (int number = 1; number <= 3; number++) {
        List<double[]> expected = reference.next();
        List<Tensor> outputs = executable.run(reference.arguments());
        // Each step begins where the one before was off, by products.
        double single = number * OF_A_STEP;
        boolean isBehindProducts = number > 1 && precision() != ProductPrecision.SINGLE;
        Conformance.Near near =
            new Conformance.Near(isBehindProducts ? Conformance.OF_MANY_PRODUCTS : single, terms());
        for (int i = 0; i < outputs.size(); i++) {
          Conformance.near(
              "step %d, output %d".formatted(number, i),
              signature.outputs().get(i),
              outputs.get(i),
              expected.get(i),
              near);
        }
        for (int i = 0; i < signature.updates().size(); i++) {
          Signature.Update update = signature.updates().get(i);
          Conformance.near(
              "step %d, %s".formatted(number, update.variable()),
              update.value(),
              executable.read(position(executable.program(), update, signature)),
              expected.get(outputs.size() + i),
              near);
        }
      }
    }
  }

  private static int position(Program program, Signature.Update update, Signature signature) {
    assertThat(program.variables()).hasSameSizeAs(signature.variables());
    List<?> inputs = signature.variables().stream().map(Signature.Variable::input).toList();
    return inputs.indexOf(update.variable());
  }

  @Test
  void harmonizedTrainingFollowsTheBuiltInBackend() {
    List<TrainingListener.Losses> expected;
    try (Backend builtIn = Backends.named("cpu", BackendOptions.defaults().withThreads(2))) {
      expected = losses(builtIn);
    }
    List<TrainingListener.Losses> actual = losses(backend());
    assertThat(actual).hasSize((int) (STEPS_PER_EPOCH * sampled(EPOCHS)));
    boolean isSingle = precision() == ProductPrecision.SINGLE;
    int steps = isSingle ? 1 : STEPS_OF_A_MEAN;
    double tolerance = isSingle ? OF_TRAINING : OF_TRAINING_IN_TENSOR_FLOAT;
    for (int i = 0; i < actual.size(); i += steps) {
      int end = Math.min(i + steps, actual.size());
      double loss = mean(expected.subList(i, end));
      assertThat(mean(actual.subList(i, end)))
          .as("loss from step %d on", i + 1)
          .isCloseTo(loss, within(tolerance * loss));
    }
    if (isReproducible()) {
      assertThat(losses(backend())).as("another run").isEqualTo(actual);
    }
  }

  private static double mean(List<TrainingListener.Losses> losses) {
    return losses.stream().mapToDouble(TrainingListener.Losses::total).average().orElseThrow();
  }

  private List<TrainingListener.Losses> losses(Backend backend) {
    List<TrainingListener.Losses> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            losses.add(step.losses());
          }
        };
    SmallTask.settings()
        .learningRate(LearningRateSchedule.constant(RATE))
        .epochs(sampled(EPOCHS))
        .listener(listener)
        .build()
        .fit(SmallTask.images(), backend);
    return losses;
  }

  private int sampled(int all) {
    return extent() == Extent.FULL ? all : all / SAMPLED;
  }

  private void checkBothWays(ConformanceCase each) {
    Conformance.check(each, terms(), backend().fusion());
    Conformance.check(each, terms(), Fusion.NONE);
  }

  private Conformance.Terms terms() {
    return new Conformance.Terms(backend(), precision(), isReproducible(), this::leastUnit);
  }
}
