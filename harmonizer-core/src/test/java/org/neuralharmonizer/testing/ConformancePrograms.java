package org.neuralharmonizer.testing;

import java.util.List;
import java.util.stream.Stream;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;

/** The programs that the suite of all backends runs, for tests of what a backend makes of them. */
public final class ConformancePrograms {
  private static final int GRAPHS = 60;

  private ConformancePrograms() {}

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
