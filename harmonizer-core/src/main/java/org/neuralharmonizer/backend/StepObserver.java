package org.neuralharmonizer.backend;

import java.util.List;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;

/** Sees what each step of a run has computed. */
@FunctionalInterface
public interface StepObserver {
  void after(int index, Step step, List<Tensor> results);
}
