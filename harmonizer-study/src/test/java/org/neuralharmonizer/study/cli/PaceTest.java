package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.train.TrainingListener;

final class PaceTest {
  private final Pace pace = new Pace("harmonizing");

  @Test
  void aLineAMinuteSaysHowLongTheRestTakes() {
    // Resumed: the first step seen is the 101st. Half a second each.
    for (int step = 101; step < 221; step++) {
      assertThat(pace.after(step(step), nanoseconds(step))).isEmpty();
    }
    assertThat(pace.after(step(221), nanoseconds(221)))
        .hasValue("harmonizing: step 221 of 10000, loss 1.250, 0.500 s a step, 1:21:30 left");
    assertThat(pace.after(step(222), nanoseconds(222))).isEmpty();
    assertThat(pace.after(step(341), nanoseconds(341))).isPresent();
  }

  private static long nanoseconds(int step) {
    return Duration.ofMillis(500L * step).toNanos();
  }

  private static TrainingListener.Step step(int number) {
    return new TrainingListener.Step(
        number,
        10_000,
        new TrainingListener.Losses(1.25, 1, 0.25, 0),
        0.1,
        Double.NaN,
        TrainingListener.Gradients.UNKNOWN);
  }
}
