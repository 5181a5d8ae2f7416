package org.neuralharmonizer.study.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.neuralharmonizer.train.TrainingListener;

/** A line a minute on how fast a run goes and how long it will take, for where no bar is drawn. */
final class Pace {
  private static final Duration BETWEEN = Duration.ofMinutes(1);

  private final String task;
  private long firstStep;
  private long begin;
  private long reported;

  Pace(String task) {
    this.task = task;
  }

  /**
   * What there is to say after a step.
   *
   * @param now nanoseconds on a clock that never goes back
   */
  Optional<String> after(TrainingListener.Step step, long now) {
    if (firstStep == 0) {
      firstStep = step.number();
      begin = now;
      reported = now;
      return Optional.empty();
    }
    if (now - reported < BETWEEN.toNanos()) {
      return Optional.empty();
    }
    reported = now;
    double secondsPerStep = (now - begin) * 1e-9 / (step.number() - firstStep);
    Duration left = Duration.ofSeconds(Math.round(secondsPerStep * (step.of() - step.number())));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: step %d of %d, loss %.3f, %.3g s a step, %d:%02d:%02d left",
            task,
            step.number(),
            step.of(),
            step.losses().total(),
            secondsPerStep,
            left.toHours(),
            left.toMinutesPart(),
            left.toSecondsPart()));
  }
}
