package org.neuralharmonizer.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class BackendTest {
  @Test
  void theBuiltInOneIsFound() {
    assertThat(Backends.describe())
        .anySatisfy(
            description -> {
              assertThat(description.name()).isEqualTo("cpu");
              assertThat(description.rank()).isZero();
              assertThat(description.availability().isUsable()).isTrue();
              assertThat(description.availability().explanation()).isNotBlank();
            });
    try (Backend best = Backends.best()) {
      assertThat(best.name()).isEqualTo(Backends.describe().get(0).name());
    }
  }

  @Test
  void theBuiltInOneHasNoFurtherDevice() {
    BackendOptions options = BackendOptions.defaults().withDevice(3);
    assertThatThrownBy(() -> Backends.named("cpu", options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cpu: there is no device 3, this backend has none but the processor — leave it at 0");
  }

  @Test
  void anUnknownNameListsWhatIsUsable() {
    assertThatThrownBy(() -> Backends.named("gpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "backend \"gpu\" is not usable here: no backend of this name was found — usable here: ")
        .hasMessageContaining("cpu");
  }

  @Test
  void optionsBelowOneAreRefused() {
    BackendOptions defaults = BackendOptions.defaults();
    assertThatThrownBy(() -> defaults.withThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backend: threads must be at least 1, not 0");
    assertThatThrownBy(() -> defaults.withMaxBytes(0))
        .hasMessage("backend: maxBytes must be positive, not 0");
  }

  /** Nine images of a program that is run image by image, by arenas that threads have in turn. */
  @Test
  void slicedStepsGiveTheSameBitsOnAnyNumberOfThreads() {
    Shape maps = Shape.of(9, 96, 100);
    Expr saliency = Expr.input("saliency", maps);
    Expr human = Expr.input("human", maps);
    Expr loss =
        HarmonizationLoss.asInPaper()
            .withLevels(3)
            .loss(saliency, human, Expr.filled(Shape.of(9), 1));
    Expr gradient = Derivatives.grad(loss, List.of(saliency)).get(0);
    Signature signature = Signature.of(List.of(saliency, human), List.of(loss, gradient));
    SplittableRandom random = new SplittableRandom(5);
    List<Tensor> arguments =
        List.of(
            Tensor.generate(maps, i -> random.nextDouble() - 0.5),
            Tensor.generate(maps, i -> random.nextDouble()));
    List<Tensor> first = List.of();
    for (int threads : new int[] {1, 2, 7}) {
      try (Backend backend = Backends.named("cpu", BackendOptions.defaults().withThreads(threads));
          Executable executable = backend.load(signature)) {
        assertThat(executable.program().steps()).anyMatch(Step.Sliced.class::isInstance);
        executable.run(arguments);
        List<Tensor> results = executable.run(arguments);
        first = first.isEmpty() ? results : first;
        assertThat(results).as("%d threads", threads).isEqualTo(first);
      }
    }
  }
}
