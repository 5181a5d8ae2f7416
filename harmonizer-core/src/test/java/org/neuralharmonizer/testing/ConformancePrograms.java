package org.neuralharmonizer.testing;

import java.util.List;
import java.util.stream.Stream;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.Tensor;

/** The programs that the suite of all backends runs, for tests of what a backend makes of them. */
public final class ConformancePrograms {
  private static final int GRAPHS = 60;

  private ConformancePrograms() {}

  /** A program, and arguments that make sense to it. */
  public record Run(Program program, List<Tensor> arguments) {}

  /** Those of the families whose values are neither infinite nor near it. */
  public static Stream<Run> ordinary(Fusion fusion) {
    return Stream.of(
            MovementCases.all(),
            ProductCases.all(),
            ConvolutionCases.all(),
            WindowCases.all(),
            GradientCases.all(),
            GraphCases.all(GRAPHS))
        .flatMap(List::stream)
        .map(
            each ->
                new Run(Compiler.compile(each.signature(each.wanted()), fusion), each.values()));
  }

  /** Those of all families. */
  public static Stream<Program> all(Fusion fusion) {
    return Stream.of(
            ElementwiseCases.awkwardArguments(),
            ElementwiseCases.fewSizes(),
            ElementwiseCases.sizes(),
            MovementCases.all(),
            ProductCases.all(),
            ConvolutionCases.all(),
            WindowCases.all(),
            GradientCases.all(),
            GraphCases.all(GRAPHS))
        .flatMap(List::stream)
        .map(each -> Compiler.compile(each.signature(each.wanted()), fusion));
  }
}
