package org.neuralharmonizer.cpu;

import java.util.function.IntConsumer;

/** What is done with each plane of a tensor. */
interface PlaneTask {

  /** Element operations that are worth handing to another thread. */
  int WORK = 1 << 17;

  void run(int plane, Scratch scratch);

  /** Shares the planes among the team, several small ones to a task. */
  static Kernel kernel(Workers workers, int planes, double workPerPlane, PlaneTask task) {
    int perTask = (int) Math.max(1, Math.min(planes, WORK / Math.max(1, workPerPlane)));
    int tasks = ProductPlan.ceiling(planes, perTask);
    IntConsumer share =
        i -> {
          Scratch scratch = workers.scratch();
          int end = Math.min(planes, (i + 1) * perTask);
          for (int plane = i * perTask; plane < end; plane++) {
            task.run(plane, scratch);
          }
        };
    return () -> workers.forEach(tasks, share);
  }
}
