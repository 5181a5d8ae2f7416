package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Step;

/** What a program asks the compiler of CUDA for. */
final class Sources {
  private Sources() {}

  /** The kernels of a program, in order, some of them several times. */
  static List<KernelSource> kernels(Program program) {
    return kernels(program, Set.of());
  }

  /** The same where some storages are kept in fewer digits. */
  static List<KernelSource> kernels(Program program, Set<Integer> narrow) {
    Translator translator = new Translator(new Arena(program, narrow), ProductPrecision.SINGLE);
    List<KernelSource> kernels = new ArrayList<>();
    for (Step step : program.steps()) {
      for (Work work : translator.works(step)) {
        if (work instanceof Work.Launch launch) {
          kernels.add(launch.kernel());
        }
      }
    }
    return kernels;
  }
}
