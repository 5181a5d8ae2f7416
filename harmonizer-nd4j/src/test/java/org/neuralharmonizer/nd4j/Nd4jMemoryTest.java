package org.neuralharmonizer.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.ReferenceStep;

/** A run takes no memory that it does not give back, neither of Java's heap nor outside of it. */
@Tag("once")
class Nd4jMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int STEPS = 10_000;
  private static final int WARM_UP = 500;

  /** Values of a program of 32 MiB or more. */
  private static final int FLOATS = 8 << 20;

  private static final int LOADINGS = 10;

  /**
   * What the just-in-time compilers and the collector may take meanwhile. Operations of this
   * program work on 80 kB; one array lost at each step would be 800 MB.
   */
  private static final long MOST_GROWTH_KB = 64 << 10;

  /**
   * Bytes of Java's heap that a step may leave: ND4J wraps the addresses and lists the operands of
   * each of its calls, which are 390 kB in this step; none of it holds values.
   */
  private static final long MOST_WRAPPED = 500_000;

  @Test
  void tenThousandHarmonizedStepsTakeNoMoreMemoryThanTwoThousand() throws IOException {
    assumeTrue(Files.exists(STATUS), "skipped: this system does not tell a process's memory");
    ReferenceStep step = new ReferenceStep();
    List<Tensor> arguments = step.arguments();
    try (Backend backend = Backends.named("nd4j-cpu");
        Executable executable = backend.load(step.signature())) {
      long before = 0;
      for (int i = 1; i <= STEPS; i++) {
        executable.run(arguments);
        if (i == STEPS / 5) {
          before = residentKilobytes();
        }
      }
      long after = residentKilobytes();
      System.out.println("resident after 2000 and 10000 steps: " + before + ", " + after + " kB");
      assertThat(after - before).isLessThan(MOST_GROWTH_KB);
    }
  }

  /** Without waiting for Java's collector, which finds little to do here. */
  @Test
  void whatIsClosedIsGivenBackAtOnce() throws IOException {
    assumeTrue(Files.exists(STATUS), "skipped: this system does not tell a process's memory");
    Expr large = Expr.input("large", Shape.of(FLOATS));
    Signature signature = Signature.of(List.of(large), List.of(large.times(2).sum()));
    try (Backend backend = Backends.named("nd4j-cpu")) {
      backend.load(signature).close();
      long before = residentKilobytes();
      for (int i = 0; i < LOADINGS; i++) {
        backend.load(signature).close();
      }
      assertThat(residentKilobytes() - before).isLessThan(MOST_GROWTH_KB);
    }
  }

  @Test
  void aStepLeavesLittleInJavasHeap() {
    ReferenceStep step = new ReferenceStep();
    List<Tensor> arguments = step.arguments();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    try (Backend backend = Backends.named("nd4j-cpu");
        Executable executable = backend.load(step.signature())) {
      for (int i = 0; i < WARM_UP; i++) {
        executable.run(arguments);
      }
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < WARM_UP; i++) {
        executable.run(arguments);
      }
      long bytes = (threads.getThreadAllocatedBytes(thread) - before) / WARM_UP;
      assertThat(bytes).isLessThan(MOST_WRAPPED);
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
