package org.neuralharmonizer.cpu;

/** What is done with each plane of a tensor. */
interface PlaneTask {

  /** Element operations that are worth handing to another thread. */
  int WORK = 1 << 17;

  void run(int plane, Scratch scratch);

  /** Shares the planes among the team, several small ones to a task. */
  static void forEach(Workers workers, int planes, double workPerPlane, PlaneTask task) {
    int perTask = (int) Math.max(1, Math.min(planes, WORK / Math.max(1, workPerPlane)));
    workers.forEach(
        ProductPlan.ceiling(planes, perTask),
        i -> {
          Scratch scratch = workers.scratch();
          int end = Math.min(planes, (i + 1) * perTask);
          for (int plane = i * perTask; plane < end; plane++) {
            task.run(plane, scratch);
          }
        });
  }
}
