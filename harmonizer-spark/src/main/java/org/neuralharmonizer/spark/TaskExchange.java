package org.neuralharmonizer.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.neuralharmonizer.backend.ShareExchange;

/** Exchanges among tasks that run together; one for all tasks that a worker takes on in turn. */
final class TaskExchange implements ShareExchange {
  /** An answer is looked for after a tenth of the time waited so far, and that often. */
  private static final int PATIENCE = 10;

  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long SHORTEST_PAUSE = TimeUnit.MICROSECONDS.toNanos(200);

  private final int shares;
  private long task = -1;
  private int number;

  TaskExchange(int shares) {
    this.shares = shares;
  }

  @Override
  public float[] sum(float[] own) {
    TaskContext context = TaskContext.get();
    if (context.taskAttemptId() != task) {
      task = context.taskAttemptId();
      number = 0;
    }
    SharePart part =
        new SharePart(
            new SharePart.Stage(context.stageId(), context.stageAttemptNumber()),
            number++,
            shares,
            context.partitionId(),
            Floats.bytes(own, 0, own.length));
    byte[] sum = ExchangePlugin.ask(part);
    long start = System.nanoTime();
    while (sum.length == 0) {
      pause(context, System.nanoTime() - start);
      sum = ExchangePlugin.ask(part.askedAgain());
    }
    return Floats.floats(sum);
  }

  /** When a share is lost, Spark says so to the tasks of the others. */
  private static void pause(TaskContext context, long waited) {
    try {
      TimeUnit.NANOSECONDS.sleep(
          Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, waited / PATIENCE)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (context.isInterrupted() || Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("training: another share of the step was lost");
    }
  }
}
