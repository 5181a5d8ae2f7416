package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.ShortConvolution;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainStep;

/**
 * A step of harmonized training leaves no garbage but what it returns, and on vectors the layouts
 * of the convolutions that use them. Vectors are objects until the just-in-time compiler has met
 * them often. Measured on one thread.
 */
class AllocationTest {
  private static final int RUNS = 200;

  /** On vectors some thirty suffice, unless one kernel stays as it was first compiled. */
  private static final int MOST_ROUNDS = 400;

  /** Of sliding convolutions. Multiplication alone, made of objects, takes fifty times that. */
  private static final long LAYOUTS = 4 << 10;

  /**
   * Six scalars, each a tensor of 24 bytes and its array of 24; the array of 40 that holds them,
   * its list and the view of that, of 24 each.
   */
  private static final long RETURNED = 6 * 48 + 40 + 2 * 24;

  @Test
  void aStepAllocatesWhatItReturns() {
    check(KernelProvider.scalar(), RETURNED);
  }

  @Test
  void aStepOnVectorsMakesNoObjectsOfThem() {
    check(KernelProvider.best(), RETURNED + LAYOUTS);
  }

  private static void check(Kernels kernels, long most) {
    try (Backend backend = new CpuBackend(BackendOptions.defaults().withThreads(1), kernels);
        Workers workers = new Workers(1, kernels);
        CpuExecutable step =
            new CpuExecutable(
                program(backend), workers, kernels, ShortConvolution.WHERE_FASTER, null)) {
      List<Tensor> arguments =
          step.program().arguments().stream()
              .map(argument -> Tensor.filled(argument.slot().shape(), 0.5))
              .toList();
      long bytes = Long.MAX_VALUE;
      // The first runs fill the scratch buffers and are interpreted, iterators and all.
      for (int round = 0; round < MOST_ROUNDS && bytes > most; round++) {
        bytes = bytesPerRun(step, arguments);
      }
      assertThat(bytes).isLessThanOrEqualTo(most);
    }
  }

  private static Program program(Backend backend) {
    Classifier classifier =
        ReferenceCnn.of(3)
            .withImage(Shape.of(3, 8, 8))
            .withWidths(4, 4)
            .withNormalization(ReferenceCnn.Normalization.BATCH)
            .classifier();
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(2));
    try (TrainStep step =
        TrainStep.of(
            objective,
            Sgd.withNesterovMomentum(0.9),
            classifier.initialize(1),
            4,
            Mode.TRAINING,
            backend)) {
      return step.program();
    }
  }

  private static long bytesPerRun(CpuExecutable step, List<Tensor> arguments) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < RUNS; i++) {
      step.run(arguments);
    }
    return (threads.getThreadAllocatedBytes(thread) - before) / RUNS;
  }
}
