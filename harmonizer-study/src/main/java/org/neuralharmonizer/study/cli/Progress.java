package org.neuralharmonizer.study.cli;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.train.TrainingListener;

/** A bar on standard error for each run; none where there is no terminal to redraw it on. */
final class Progress implements TrainingListener, AutoCloseable {
  private static final int MILLISECONDS = 200;

  private final boolean shown;
  private final String task;
  private @Nullable ProgressBar bar;

  Progress(String task, CommonOptions common) {
    this.task = task;
    this.shown = !common.quiet() && Terminal.isWatched();
  }

  @Override
  public void stepped(Step step) {
    if (!shown) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(step.of())
              .setUpdateIntervalMillis(MILLISECONDS)
              .setStyle(ProgressBarStyle.ASCII)
              .build();
    }
    bar.stepTo(step.number());
    bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f", step.losses().total()));
    if (step.number() == step.of()) {
      close();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
