package org.neuralharmonizer.study.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.train.TrainingListener;

/** A bar on standard error for each run; a line a minute where no terminal can redraw it. */
final class Progress implements TrainingListener, AutoCloseable {
  private static final int MILLISECONDS = 200;

  private final boolean quiet;
  private final boolean redrawn = Terminal.isWatched();
  private final PrintWriter lines;
  private final String task;
  private Pace pace;
  private @Nullable ProgressBar bar;

  Progress(String task, CommonOptions common) {
    this.task = task;
    quiet = common.quiet();
    lines = common.err();
    pace = new Pace(task);
  }

  @Override
  public void stepped(Step step) {
    if (quiet) {
      return;
    }
    if (redrawn) {
      redraw(step);
    } else {
      pace.after(step, System.nanoTime()).ifPresent(lines::println);
    }
    if (step.number() == step.of()) {
      close();
    }
  }

  private void redraw(Step step) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(step.of())
              .setUpdateIntervalMillis(MILLISECONDS)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .build();
    }
    bar.stepTo(step.number());
    bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f", step.losses().total()));
  }

  @Override
  public void close() {
    pace = new Pace(task);
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
