package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void everyTaskRunsOnce(int threads) {
    try (Workers workers = new Workers(threads, KernelProvider.scalar())) {
      for (int loop = 0; loop < 500; loop++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(loop % 40);
        workers.forEach(runs.length(), runs::incrementAndGet);
        for (int i = 0; i < runs.length(); i++) {
          assertThat(runs.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void parkedThreadsWakeUp() {
    try (Workers workers = new Workers(3, KernelProvider.scalar())) {
      for (int loop = 0; loop < 20; loop++) {
        LockSupport.parkNanos(1_000_000);
        AtomicInteger runs = new AtomicInteger();
        workers.forEach(8, i -> runs.incrementAndGet());
        assertThat(runs).hasValue(8);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void loopsInsideTasksRun(int threads) {
    try (Workers workers = new Workers(threads, KernelProvider.scalar())) {
      AtomicInteger runs = new AtomicInteger();
      workers.forEach(10, i -> workers.forEach(10, j -> runs.incrementAndGet()));
      assertThat(runs).hasValue(100);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void anExceptionReachesTheCallerAndTheTeamLives(int threads) {
    try (Workers workers = new Workers(threads, KernelProvider.scalar())) {
      assertThatThrownBy(
              () ->
                  workers.forEach(
                      20,
                      i -> {
                        if (i == 13) {
                          throw new ArithmeticException("task 13");
                        }
                      }))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("task 13");
      AtomicInteger runs = new AtomicInteger();
      workers.forEach(20, i -> runs.incrementAndGet());
      assertThat(runs).hasValue(20);
    }
  }

  @Test
  void aClosedTeamSaysSo() {
    Workers workers = new Workers(2, KernelProvider.scalar());
    workers.close();
    assertThatThrownBy(() -> workers.forEach(1, i -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aTeamNeedsAThread() {
    assertThatThrownBy(() -> new Workers(0, KernelProvider.scalar()))
        .hasMessageContaining("at least 1 thread, not 0");
  }
}
