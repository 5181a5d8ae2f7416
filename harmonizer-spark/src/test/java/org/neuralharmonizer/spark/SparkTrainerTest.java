package org.neuralharmonizer.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.io.SafetensorsCheckpoints;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.BatchStatistics;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.Harmonizer;

/** Training on Spark against training on one machine. */
final class SparkTrainerTest {
  @TempDir private Path folder;

  @Test
  void fiftyStepsInTwoSharesAreThoseOfOneMachineToTheBit() {
    SmallRun run = new SmallRun(10);
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      assertThat(trained(context, run, 2)).isEqualTo(onOneMachine(run.builder().inPartsOf(4)));
    }
  }

  @Test
  void fiftyStepsInFourSharesAreThoseOfOneMachineToRounding() {
    SmallRun run = new SmallRun(10);
    Map<String, Tensor> whole = onOneMachine(run.builder());
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      assertClose(trained(context, run, 4), whole);
    }
  }

  private static void assertClose(Map<String, Tensor> shared, Map<String, Tensor> whole) {
    whole.forEach(
        (path, value) -> {
          for (int i = 0; i < value.size(); i++) {
            // At most fifty steps of float arithmetic in another order.
            assertThat(shared.get(path).value(i)).isCloseTo(value.value(i), within(1e-4f));
          }
        });
  }

  @Test
  @Tag("once")
  void processesGiveTheSameBitsAsThreadsThoughOneIsKilledInAStep() throws IOException {
    SmallRun plain = new SmallRun(Sabotage.EPOCHS);
    SmallRun normalized = plain.normalized();
    Division four = Division.synchronous(4);
    Division together = Division.synchronous(2).with(BatchStatistics.OF_BATCH);
    Map<String, Tensor> undisturbed;
    Map<String, Tensor> undisturbedTogether;
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      undisturbed = trained(context, plain, four);
      undisturbedTogether = trained(context, normalized, together);
    }
    AtomicInteger lost = new AtomicInteger();
    Map<String, String> quickly =
        Map.of("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    try (JavaSparkContext context = Clusters.ofProcesses(2, quickly)) {
      context
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
                  lost.incrementAndGet();
                }
              });
      assertThat(trained(context, sabotage(Sabotage.How.KILLED, plain), four))
          .isEqualTo(undisturbed);
      assertThat(lost).hasPositiveValue();
      // Of shares that exchange, all are computed again.
      Files.delete(folder.resolve("struck"));
      assertThat(trained(context, sabotage(Sabotage.How.KILLED, normalized), together))
          .isEqualTo(undisturbedTogether);
      assertThat(folder.resolve("struck")).exists();
    }
  }

  @Test
  void statisticsOfTheWholeBatchAreThoseOfOneMachine() {
    SmallRun run = new SmallRun(Sabotage.EPOCHS).normalized();
    Division division = Division.synchronous(2).with(BatchStatistics.OF_BATCH);
    Map<String, Tensor> whole = onOneMachine(run.builder());
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      assertClose(trained(context, run, division), whole);
      assertThat(
              trained(context, run, division.with(BatchStatistics.OF_PARTS))
                  .get("bn1.running_mean"))
          .isNotEqualTo(whole.get("bn1.running_mean"));
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  SparkTrainer.of(
                          context, run, Division.synchronous(4).with(BatchStatistics.OF_BATCH))
                      .waiting(Duration.ofMillis(200))
                      .fit())
          .withMessageContaining("4 shares must run at the same time, and local[2] has room for 2");
      assertThatIllegalStateException()
          .isThrownBy(() -> trained(context, sabotage(Sabotage.How.POISONED, run), division))
          .withMessageContaining("the record is damaged");
    }
  }

  @Test
  @Tag("once")
  void speculationChangesNothing() throws Exception {
    Map<String, Tensor> undisturbed;
    try (JavaSparkContext context = Clusters.inThisProcess(1)) {
      undisturbed = trained(context, new SmallRun(Sabotage.EPOCHS), 2);
    }
    AtomicInteger speculative = new AtomicInteger();
    Map<String, String> impatient =
        Map.of(
            "spark.speculation", "true",
            "spark.speculation.interval", "50ms",
            "spark.speculation.quantile", "0.5",
            "spark.speculation.multiplier", "1.1",
            "spark.speculation.minTaskRuntime", "500ms");
    try (TwoHosts cluster = TwoHosts.start(folder);
        JavaSparkContext context = cluster.context(impatient)) {
      context
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onTaskStart(SparkListenerTaskStart started) {
                  speculative.addAndGet(started.taskInfo().speculative() ? 1 : 0);
                }
              });
      assertThat(trained(context, sabotage(Sabotage.How.SLOW), 2)).isEqualTo(undisturbed);
    }
    assertThat(speculative).hasPositiveValue();
  }

  @Test
  @Tag("once")
  void aDriverThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    Process driver = LonelyDriver.start(checkpoints);
    try {
      // Any later step will do.
      while (SafetensorsCheckpoints.in(checkpoints).latest().isEmpty()) {
        assertThat(driver.isAlive()).isTrue();
        Thread.sleep(20);
      }
    } finally {
      driver.destroyForcibly().waitFor();
    }
    long before = SafetensorsCheckpoints.in(checkpoints).latest().orElseThrow().step();
    assertThat(before).isLessThan(LonelyDriver.STEPS);
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      Map<String, Tensor> resumed =
          trained(context, new LonelyDriver.Run(checkpoints.toString()), 2);
      Map<String, Tensor> undisturbed = trained(context, new SmallRun(LonelyDriver.EPOCHS), 2);
      assertThat(resumed).isEqualTo(undisturbed);
    }
  }

  @Test
  void anImageThatCannotBeReadIsNamed() {
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> trained(context, sabotage(Sabotage.How.POISONED), 2))
          .withMessageMatching("training, after step \\d: read \".*\": the record is damaged");
    }
  }

  @Test
  void tooLittleMemoryIsSaidWithNumbers() {
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> trained(context, sabotage(Sabotage.How.STARVED), 2))
          .withMessageContaining("training, after step 0: ")
          .withMessageContaining("cpu: the program needs");
    }
  }

  @Test
  @Tag("once")
  void executorsThatDoNotComeUpAreNotWaitedForForever() {
    try (JavaSparkContext context =
        Clusters.ofProcesses(
            1, Map.of("spark.memory.offHeap.enabled", "true", "spark.memory.offHeap.size", "2g"))) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  SparkTrainer.of(context, new SmallRun(1), Division.synchronous(2))
                      .waiting(Duration.ofSeconds(1))
                      .fit())
          .withMessageContaining("no executor came up at local-cluster")
          .withMessageContaining("512m of memory");
    }
  }

  private Sabotage sabotage(Sabotage.How how) {
    return sabotage(how, new SmallRun(Sabotage.EPOCHS));
  }

  private Sabotage sabotage(Sabotage.How how, SmallRun run) {
    return new Sabotage(how, folder.toString(), run);
  }

  private static Map<String, Tensor> trained(
      JavaSparkContext context, TrainingTask task, int shares) {
    return trained(context, task, Division.synchronous(shares));
  }

  private static Map<String, Tensor> trained(
      JavaSparkContext context, TrainingTask task, Division division) {
    return SparkTrainer.of(context, task, division).fit().parameters().asMap();
  }

  private static Map<String, Tensor> onOneMachine(Harmonizer.Builder builder) {
    SmallRun run = new SmallRun(1);
    try (Backend backend = run.backend(1)) {
      return builder.build().fit(SmallRun.images(), backend).parameters().asMap();
    }
  }
}
