package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;
import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One matrix product, planned and cut into tiles; running it computes. It may run on any thread,
 * but on one at a time.
 */
final class Product implements Kernel {

  /** Up to here the left operand is packed once for all tasks: 64 MiB. */
  private static final long MOST_SHARED = 1 << 24;

  private static final int PACKED_PER_TASK = 1 << 16;

  /** So few tiles of columns read the left operand where it lies sooner than a packed copy. */
  private static final int FEW_COLUMNS = 4;

  private final Workers workers;
  private final Loops loops;
  private final ProductPlan plan;
  private final PanelSource left;
  private final ProductTarget target;
  private final boolean accumulate;
  private final int height;
  private final TileTask[] tiles;
  private final boolean isPackedOnce;

  // What a run passes to its tasks; lambdas that captured it would be garbage of every run.
  private float @Nullable [] shared;
  private ProductTarget destination;
  private final IntConsumer pack = this::pack;
  private final IntConsumer multiply = this::multiply;
  private final IntConsumer add = this::add;

  Product(
      int m,
      int n,
      int depth,
      PanelSource left,
      PanelSource right,
      ProductTarget target,
      boolean accumulate,
      Workers workers,
      Loops loops) {
    this.workers = workers;
    this.loops = loops;
    this.left = left;
    this.target = target;
    this.accumulate = accumulate;
    destination = target;
    TileKernel kernel = workers.scratch().tileKernel();
    height = kernel.rows();
    plan = ProductPlan.of(m, n, depth, height, kernel.columns());
    MatrixPanels inPlace = inPlace(n, kernel);
    isPackedOnce =
        inPlace == null
            && plan.tilesAcross() > 1
            && (long) roundUp(m, height) * depth <= MOST_SHARED;
    tiles = new TileTask[plan.tilesDown() * plan.tilesAcross()];
    for (int i = 0; i < tiles.length; i++) {
      int row = i / plan.tilesAcross() * plan.tileRows();
      int column = i % plan.tilesAcross() * plan.tileColumns();
      tiles[i] = new TileTask(plan, left, right, inPlace, kernel, row, column);
    }
  }

  /** The left operand, if its rows lie along the depth. */
  private @Nullable MatrixPanels inPlace(int n, TileKernel kernel) {
    boolean isFew = n <= FEW_COLUMNS * kernel.columns();
    return isFew && left instanceof MatrixPanels matrix && matrix.depthStep() == 1 ? matrix : null;
  }

  @Override
  public void run() {
    Scratch own = workers.scratch();
    if (isPackedOnce) {
      int panels = ceiling(plan.rows(), height);
      shared = own.floats(Scratch.Use.SHARED_ROWS, panels * height * plan.depth());
      workers.forEach(ceiling(panels, panelsPerTask()), pack);
    }
    if (plan.splits() == 1) {
      workers.forEach(plan.tasks(), multiply);
    } else {
      sumParts(own);
    }
  }

  private void sumParts(Scratch own) {
    int size = plan.rows() * plan.columns();
    float[] partial =
        own.floats(Scratch.Use.PARTIAL_PRODUCTS, Math.multiplyExact(plan.splits(), size));
    if (destination.values() != partial) {
      // Parts are numbered as images: part s goes to the s-th matrix of the buffer.
      int n = plan.columns();
      destination = new ProductTarget(partial, 0, n, 1, n, 0, 1, size);
    }
    workers.forEach(plan.tasks(), multiply);
    workers.forEach(ceiling(plan.rows(), rowsPerTask()), add);
  }

  private int panelsPerTask() {
    return Math.max(1, PACKED_PER_TASK / Math.max(1, height * plan.depth()));
  }

  private int rowsPerTask() {
    return Math.max(1, PACKED_PER_TASK / (plan.columns() * plan.splits()));
  }

  private void pack(int task) {
    float[] panels = shared;
    if (panels == null) {
      throw new AssertionError("packed only in a run");
    }
    int depth = plan.depth();
    int row = task * panelsPerTask() * height;
    int rows = Math.min(panelsPerTask() * height, plan.rows() - row);
    Scratch scratch = workers.scratch();
    left.packAll(0, depth, row, rows, height, panels, row * depth, height * depth, scratch);
  }

  private void multiply(int task) {
    boolean adds = accumulate && plan.splits() == 1;
    tiles[task % tiles.length].run(
        task / tiles.length, shared, destination, adds, workers.scratch());
  }

  private void add(int task) {
    float[] partial = destination.values();
    int n = plan.columns();
    int size = plan.rows() * n;
    int row = task * rowsPerTask();
    int rows = Math.min(rowsPerTask(), plan.rows() - row);
    for (int s = 1; s < plan.splits(); s++) {
      loops.add(partial, row * n, partial, s * size + row * n, partial, row * n, rows * n);
    }
    target.store(partial, row * n, n, row, rows, 0, n, accumulate);
  }
}
