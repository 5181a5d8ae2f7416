package org.neuralharmonizer.backend;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Tensor;

/** Finds the first step of a run whose results contain NaN or an infinity. */
public final class NonFiniteLocator implements StepObserver {
  private @Nullable Finding finding;

  /** Where the first value that is not finite arose. */
  public record Finding(int index, Step step, float value, int position) {
    @Override
    public String toString() {
      return "step %d yields %s at position %d: %s".formatted(index, value, position, step);
    }
  }

  /** The first step found, if any. */
  public Optional<Finding> finding() {
    return Optional.ofNullable(finding);
  }

  @Override
  public void after(int index, Step step, List<Tensor> results) {
    if (finding != null) {
      return;
    }
    for (Tensor result : results) {
      for (int i = 0; i < result.size(); i++) {
        if (!Float.isFinite(result.value(i))) {
          finding = new Finding(index, step, result.value(i), i);
          return;
        }
      }
    }
  }
}
