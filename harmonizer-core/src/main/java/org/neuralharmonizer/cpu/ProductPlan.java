package org.neuralharmonizer.cpu;

/**
 * How a product of m × depth by depth × n is cut into tasks. Depends on the sizes and the kernel's
 * tile alone, never on the number of threads: the order of every sum follows from it.
 *
 * @param tileRows rows of a task, a multiple of the kernel's unless there is one task
 * @param blockDepth depth of one packed block: its panels stay in the first caches
 * @param splits parts of the depth that are summed apart and then added in order
 */
record ProductPlan(
    int rows, int columns, int depth, int tileRows, int tileColumns, int blockDepth, int splits) {

  /** Elements of a panel of columns that a first-level cache of 32 KiB holds. */
  private static final int MOST_PANEL = 1 << 13;

  /** What is less deep adds to its result too often, however wide its panels. */
  private static final int LEAST_DEPTH = 256;

  private static final int MOST_COLUMNS = 256;
  private static final int MOST_ROWS = 512;
  private static final int LEAST_ROWS = 64;
  private static final int LEAST_SPLIT = 512;

  /** Finer cuts read the left operand more often; what is large is cut by the limits above. */
  private static final int MOST_TASKS = 16;

  /** About ten microseconds of multiplications: less is not worth handing over. */
  private static final double LEAST_WORK = 1 << 20;

  static ProductPlan of(int m, int n, int depth, int kernelRows, int kernelColumns) {
    int wanted = (int) Math.max(1, Math.min(MOST_TASKS, (double) m * n * depth / LEAST_WORK));
    int down = ceiling(m, MOST_ROWS);
    int across =
        Math.max(
            ceiling(n, Math.max(MOST_COLUMNS, kernelColumns)),
            Math.min(ceiling(n, kernelColumns), ceiling(wanted, down)));
    // Cutting the depth packs nothing twice; cutting the rows packs the right operand again.
    int splits = Math.max(1, Math.min(ceiling(wanted, down * across), depth / LEAST_SPLIT));
    down = Math.max(down, Math.min(ceiling(m, LEAST_ROWS), ceiling(wanted, across * splits)));
    int part = ceiling(depth, splits);
    int mostDepth = Math.max(LEAST_DEPTH, MOST_PANEL / kernelColumns);
    return new ProductPlan(
        m,
        n,
        depth,
        roundUp(ceiling(m, down), kernelRows),
        roundUp(ceiling(n, across), kernelColumns),
        ceiling(part, ceiling(part, mostDepth)),
        splits);
  }

  int tilesDown() {
    return ceiling(rows, tileRows);
  }

  int tilesAcross() {
    return ceiling(columns, tileColumns);
  }

  int tasks() {
    return tilesDown() * tilesAcross() * splits;
  }

  int splitStart(int split) {
    return (int) ((long) depth * split / splits);
  }

  static int ceiling(int total, int part) {
    return (total + part - 1) / part;
  }

  static int roundUp(int value, int multiple) {
    return ceiling(value, multiple) * multiple;
  }
}
