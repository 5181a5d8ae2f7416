package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/**
 * Successive loops over the same rows as one kernel: a normalization needs the sum of a row before
 * it can go over the row again, and then finds the row in the cache. What one loop writes others
 * read in the same row only, so that rows need not wait for each other.
 */
final class RowChain {

  /**
   * Shorter rows are a warp's, longer ones a block's, so that the cache holds all that are read.
   */
  private static final int LONGEST_FOR_WARP = 256;

  /** Values of each operand that a thread has under way. */
  private static final int AT_ONCE = 8;

  /** Longer rows would not stay in the cache. */
  private static final int LONGEST = 8192;

  private static final int MOST_OPERANDS = 60;

  private final Arena arena;
  private final int rows;
  private final int run;
  private final List<Step.Fused> steps = new ArrayList<>();
  private final List<Access> accesses = new ArrayList<>();

  /** How a loop goes over memory: by row, each element or each row's number, or otherwise. */
  private enum Order {
    ELEMENTS,
    ROWS,
    ANY
  }

  private record Access(long begin, long end, Format format, Order order, boolean writes) {
    boolean overlaps(Access other) {
      return begin < other.end && other.begin < end;
    }

    /** Whether rows of the one are the same rows of the other. */
    boolean matches(Access other) {
      return begin == other.begin
          && format == other.format
          && order == other.order
          && order != Order.ANY;
    }
  }

  private RowChain(Arena arena, int rows, int run) {
    this.arena = arena;
    this.rows = rows;
    this.run = run;
  }

  /**
   * The chain that begins with a step, of as many of those after it as fit.
   *
   * @return null if it would be a single step
   */
  static @Nullable RowChain from(List<Step> steps, int first, Arena arena) {
    if (!(steps.get(first) instanceof Step.Fused fused) || fused.loop().sums().isEmpty()) {
      return null;
    }
    int run = fused.loop().sums().get(0).run();
    int size = fused.loop().space().size();
    if (run > LONGEST || size == 0) {
      return null;
    }
    RowChain chain = new RowChain(arena, size / run, run);
    int next = first;
    while (next < steps.size() && chain.takes(steps.get(next))) {
      next++;
    }
    return chain.steps.size() > 1 ? chain : null;
  }

  int length() {
    return steps.size();
  }

  private boolean takes(Step step) {
    if (!(step instanceof Step.Fused fused)) {
      return false;
    }
    Loop loop = fused.loop();
    boolean isWhole = loop.space().size() == rows * run;
    boolean isPerRow = !isWhole && loop.space().size() == rows && loop.sums().isEmpty();
    if (!(isWhole || isPerRow)) {
      return false;
    }
    for (Loop.Sum sum : loop.sums()) {
      if (sum.run() != run || sum.count() != rows) {
        return false;
      }
    }
    List<Access> own = accesses(fused, isWhole);
    if (accesses.size() + own.size() > MOST_OPERANDS) {
      return false;
    }
    for (Access access : own) {
      for (Access earlier : accesses) {
        boolean conflicts = access.writes || earlier.writes;
        if (conflicts && access.overlaps(earlier) && !access.matches(earlier)) {
          return false;
        }
      }
    }
    accesses.addAll(own);
    steps.add(fused);
    return true;
  }

  private List<Access> accesses(Step.Fused fused, boolean isWhole) {
    List<Access> accesses = new ArrayList<>();
    LoopBody body = new LoopBody(fused.loop(), formats(fused), "");
    Order dense = isWhole ? Order.ELEMENTS : Order.ROWS;
    for (int i = 0; i < fused.inputs().size(); i++) {
      Order order = Order.ANY;
      if (body.isDense(i)) {
        order = dense;
      } else if (isWhole && body.isConstantOver(i, run)) {
        order = Order.ROWS;
      }
      accesses.add(access(fused.inputs().get(i), order, false));
    }
    int results = fused.loop().results().size();
    for (int i = 0; i < fused.outputs().size(); i++) {
      accesses.add(access(fused.outputs().get(i), i < results ? dense : Order.ROWS, true));
    }
    return accesses;
  }

  private Access access(Slot slot, Order order, boolean writes) {
    Location begin = arena.location(slot);
    Location end = begin.at(slot.shape().size());
    return new Access(begin.offset(), end.offset(), begin.format(), order, writes);
  }

  private List<Format> formats(Step.Fused step) {
    return Stream.concat(step.inputs().stream(), step.outputs().stream())
        .map(slot -> arena.location(slot).format())
        .toList();
  }

  /** The kernel, started. */
  Work work() {
    boolean warps = run <= LONGEST_FOR_WARP;
    StringBuilder text = new StringBuilder();
    List<String> parameters = new ArrayList<>();
    List<Location> operands = new ArrayList<>();
    StringBuilder bodies = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      Step.Fused step = steps.get(i);
      LoopBody body = new LoopBody(step.loop(), formats(step), "_" + i);
      parameters.addAll(body.parameters());
      int results = step.loop().results().size();
      for (int j = 0; j < step.loop().sums().size(); j++) {
        parameters.add(body.outputParameter(results + j));
      }
      step.inputs().forEach(slot -> operands.add(arena.location(slot)));
      step.outputs().forEach(slot -> operands.add(arena.location(slot)));
      if (i > 0) {
        bodies.append(warps ? "  __syncwarp();\n" : "  __syncthreads();\n");
      }
      stage(bodies, step.loop(), body, warps);
    }
    text.append("// %d loops over each of %d rows of %d\n".formatted(steps.size(), rows, run));
    text.append("extern \"C\" __global__ void __launch_bounds__(THREADS) @(\n    ");
    text.append(String.join(", ", parameters)).append(") {\n");
    if (warps) {
      text.append("  const unsigned row = thread_index() / WARP;\n");
      text.append("  if (row >= %du) {\n    return;\n  }\n".formatted(rows));
      text.append("  const unsigned lane = threadIdx.x % WARP;\n");
    } else {
      text.append("  const unsigned row = blockIdx.x;\n");
      text.append("  const unsigned lane = threadIdx.x;\n");
    }
    text.append("  const unsigned begin = row * %du;\n".formatted(run));
    text.append("  const unsigned end = begin + %du;\n".formatted(run));
    text.append(bodies).append("}\n");
    int blocks = warps ? (rows + KernelSource.WARPS - 1) / KernelSource.WARPS : rows;
    return new Work.Launch(new KernelSource("rows", text.toString()), blocks, operands, 0);
  }

  private void stage(StringBuilder text, Loop loop, LoopBody body, boolean warps) {
    text.append("  {  // ").append(body.comment()).append('\n');
    if (loop.space().size() == rows) {
      text.append("    const unsigned p = row;\n");
      text.append("    if (lane == 0) {\n");
      body.write(text, "      ", 1);
      text.append("    }\n  }\n");
      return;
    }
    List<Loop.Sum> sums = loop.sums();
    for (int i = 0; i < sums.size(); i++) {
      text.append("    double s%d = 0;\n".formatted(i));
    }
    int width = run % 4 == 0 ? body.width() : 1;
    int distance = width * (warps ? KernelSource.WARP : KernelSource.THREADS);
    int count = Math.min(AT_ONCE / width, (run + distance - 1) / distance);
    String first = width == 4 ? "lane * 4" : "lane";
    text.append(
        "    for (unsigned p = begin + %s; p < end; p += %du) {\n"
            .formatted(first, count * distance));
    body.write(text, "      ", new LoopBody.Several(run, width, count, distance));
    text.append("    }\n");
    for (int i = 0; i < sums.size(); i++) {
      text.append("    s%d = %s(s%d);\n".formatted(i, warps ? "warp_sum" : "block_sum", i));
    }
    if (!sums.isEmpty()) {
      text.append("    if (lane == 0) {\n");
      for (int i = 0; i < sums.size(); i++) {
        String target = body.output(loop.results().size() + i);
        text.append("      %s[row] = static_cast<float>(s%d);\n".formatted(target, i));
      }
      text.append("    }\n");
    }
    text.append("  }\n");
  }
}
