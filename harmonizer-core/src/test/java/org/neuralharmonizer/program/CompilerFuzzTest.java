package org.neuralharmonizer.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.DoubleInterpreter;

/** Random graphs and their gradients: fused, unfused, unplanned, sliced, in double precision. */
class CompilerFuzzTest {
  private static final int GRAPHS = 2000;

  /** One graph of so many has to do with less memory too, which takes several compilations. */
  private static final int RECOMPUTING = 5;

  /**
   * Rounding of about forty operations in sequence, some of them sums of a hundred terms, at 6e-8
   * each; gradients are sums of many such paths, hence the margin.
   */
  private static final double TOLERANCE = 2e-4;

  private static final Slicing.Limits ALWAYS = new Slicing.Limits(2, 0, Long.MAX_VALUE);

  private long slicedSteps;
  private long smallerPrograms;

  @Test
  void programsEqualTheReference() {
    try (Backend backend = Backends.named("cpu", BackendOptions.defaults().withThreads(2))) {
      for (long seed = 0; seed < GRAPHS; seed++) {
        RandomGraphs graph = new RandomGraphs(seed);
        List<Expr> outputs = new ArrayList<>(graph.outputs());
        outputs.addAll(Derivatives.grad(graph.scalar(), graph.inputs()));
        check(backend, graph, outputs, seed);
      }
      assertThat(slicedSteps).isGreaterThan(GRAPHS);
      assertThat(smallerPrograms).isGreaterThan(GRAPHS / RECOMPUTING / 8);
    }
  }

  private void check(Backend backend, RandomGraphs graph, List<Expr> outputs, long seed) {
    String description = "seed " + seed;
    Map<Expr, double[]> values = new IdentityHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      values.put(graph.inputs().get(i), doubles(graph.values().get(i)));
    }
    List<double[]> expected = DoubleInterpreter.evaluate(outputs, values);
    Signature signature = Signature.of(graph.inputs(), outputs);
    Program fusedProgram = Compiler.compile(signature, Fusion.ELEMENTWISE);
    List<Tensor> fused = run(backend, fusedProgram, graph.values());
    List<Tensor> unplanned = run(backend, fusedProgram.unplanned(), graph.values());
    assertThat(unplanned).as(description + ": unplanned").isEqualTo(fused);
    Program unfusedProgram = Compiler.compile(signature, Fusion.NONE);
    List<Tensor> unfused = run(backend, unfusedProgram, graph.values());
    assertThat(unfused).as(description + ": unfused").isEqualTo(fused);
    Program slicedProgram = Compiler.compile(signature, Fusion.IMAGE_BY_IMAGE, ALWAYS);
    slicedSteps += slicedProgram.steps().stream().filter(Step.Sliced.class::isInstance).count();
    List<Tensor> sliced = run(backend, slicedProgram, graph.values());
    assertThat(sliced).as(description + ": sliced").isEqualTo(fused);
    if (seed % RECOMPUTING == 0) {
      recomputing(backend, graph, signature, fused, description);
    }
    for (int i = 0; i < outputs.size(); i++) {
      assertThat(distance(fused.get(i), expected.get(i)))
          .as(description + ", output " + i + " " + outputs.get(i))
          .isLessThan(TOLERANCE);
    }
  }

  /** With a little less memory than it would take, and with as little as can be had. */
  private void recomputing(
      Backend backend,
      RandomGraphs graph,
      Signature signature,
      List<Tensor> expected,
      String description) {
    long bytes = Compiler.compile(signature, Fusion.ELEMENTWISE).memory().bytes();
    for (long budget : new long[] {bytes * 7 / 8, 1}) {
      Program smaller = Compiler.compile(signature, Fusion.ELEMENTWISE, budget);
      assertThat(smaller.memory().bytes()).as(description).isLessThanOrEqualTo(bytes);
      smallerPrograms += smaller.memory().bytes() < bytes ? 1 : 0;
      assertThat(run(backend, smaller, graph.values()))
          .as(description + ": recomputing")
          .isEqualTo(expected);
    }
  }

  private static List<Tensor> run(Backend backend, Program program, List<Tensor> arguments) {
    try (Executable executable = backend.load(program)) {
      List<Tensor> first = executable.run(arguments);
      assertThat(executable.run(arguments)).as("second run").isEqualTo(first);
      return first.stream().map(CompilerFuzzTest::withoutSignOfZero).toList();
    }
  }

  /** A loop may add zeros where single steps negate one: the values are the same, not the bits. */
  private static Tensor withoutSignOfZero(Tensor tensor) {
    return Tensor.generate(tensor.shape(), i -> tensor.value(i) + 0.0f);
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.value(i);
    }
    return values;
  }

  /** ‖a − b‖ / max(1, ‖b‖). */
  private static double distance(Tensor actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual.value(i) - expected[i], 2);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference) / Math.max(1, Math.sqrt(norm));
  }
}
