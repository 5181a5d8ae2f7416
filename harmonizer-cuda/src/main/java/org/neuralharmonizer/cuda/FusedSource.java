package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.program.Loop;

/**
 * Writes the kernel of a fused loop. Without sums, a thread computes one element, or four
 * neighbours if the operands allow; with sums, a warp or a block takes a tile, neighbouring
 * elements that belong to the same sums, and leaves one partial sum for each.
 */
final class FusedSource {

  /** The longest run of neighbours that is left to a warp. */
  private static final int LONGEST_FOR_WARP = 1024;

  /** Tiles wanted in all, if they are not too small: enough for the largest devices. */
  private static final int TILES = 2048;

  private static final int LEAST_TILE = 2048;

  private final Loop loop;
  private final LoopBody body;
  private final int size;
  private final int width;
  private final StringBuilder text = new StringBuilder();

  /**
   * Of a loop.
   *
   * @param formats of its operands, results and sums
   */
  FusedSource(Loop loop, List<Format> formats) {
    this.loop = loop;
    this.body = new LoopBody(loop, formats, "");
    this.size = loop.space().size();
    this.width = body.width();
  }

  /** Without sums. */
  KernelSource elementwise() {
    begin(List.of());
    line("  const unsigned p = thread_index()" + (width == 1 ? "" : " * 4") + ";");
    line("  if (p >= " + size + "u) {");
    line("    return;");
    line("  }");
    body.write(text, "  ", width);
    line("}");
    return new KernelSource("fused", text.toString());
  }

  int blocks() {
    return blocks(size / width);
  }

  static int blocks(int threads) {
    return Math.max(1, (threads + KernelSource.THREADS - 1) / KernelSource.THREADS);
  }

  /** How a loop with sums is divided. */
  record Tiling(int run, int pieces, int length, int tiles, boolean warps) {

    int blocks() {
      return warps ? (tiles + KernelSource.WARPS - 1) / KernelSource.WARPS : tiles;
    }

    /** How many tiles one turn of a sum spans. */
    int each(Loop.Sum sum) {
      return sum.run() / run * pieces;
    }

    /** How many turns of tiles a sum takes. */
    int outer(Loop.Sum sum) {
      return tiles / each(sum) / sum.count();
    }

    /** Whether a tile holds all terms of a sum. */
    boolean holds(Loop.Sum sum) {
      return each(sum) * outer(sum) == 1;
    }
  }

  Tiling tiling() {
    int run = loop.sums().stream().mapToInt(Loop.Sum::run).min().orElseThrow();
    int segments = size / run;
    if (run <= LONGEST_FOR_WARP) {
      return new Tiling(run, 1, run, segments, true);
    }
    long wanted = Math.max(LEAST_TILE, ((long) size + TILES - 1) / TILES);
    int pieces = (int) ((run + wanted - 1) / wanted);
    int length = ((run + pieces - 1) / pieces + width - 1) / width * width;
    return new Tiling(run, pieces, length, segments * pieces, false);
  }

  /** With sums; partial ones go to an operand after the others. */
  KernelSource summing(Tiling tiling) {
    List<Loop.Sum> partial = loop.sums().stream().filter(sum -> !tiling.holds(sum)).toList();
    begin(partial);
    int step = width * (tiling.warps() ? KernelSource.WARP : KernelSource.THREADS);
    String lane = tiling.warps() ? "threadIdx.x % WARP" : "threadIdx.x";
    if (tiling.warps()) {
      line("  const unsigned tile = thread_index() / WARP;");
      line("  if (tile >= " + tiling.tiles() + "u) {");
      line("    return;");
      line("  }");
      line("  const unsigned begin = tile * " + tiling.run() + "u;");
      line("  const unsigned end = begin + " + tiling.run() + "u;");
    } else {
      line("  const unsigned tile = blockIdx.x;");
      if (tiling.pieces() == 1) {
        line("  const unsigned begin = tile * " + tiling.run() + "u;");
        line("  const unsigned end = begin + " + tiling.run() + "u;");
      } else {
        line("  const unsigned run = tile / " + tiling.pieces() + "u * " + tiling.run() + "u;");
        line(
            "  const unsigned begin = run + tile %% %du * %du;"
                .formatted(tiling.pieces(), tiling.length()));
        line(
            "  const unsigned end = min(begin + %du, run + %du);"
                .formatted(tiling.length(), tiling.run()));
      }
    }
    for (int i = 0; i < loop.sums().size(); i++) {
      line("  double s" + i + " = 0;");
    }
    String first = width == 1 ? lane : "(" + lane + ") * 4";
    line("  for (unsigned p = begin + " + first + "; p < end; p += " + step + "u) {");
    body.write(text, "    ", width);
    line("  }");
    finish(tiling);
    line("}");
    return new KernelSource("fused_sum", text.toString());
  }

  private void finish(Tiling tiling) {
    String sum = tiling.warps() ? "warp_sum" : "block_sum";
    for (int i = 0; i < loop.sums().size(); i++) {
      line("  s%d = %s(s%d);".formatted(i, sum, i));
    }
    line("  if (" + (tiling.warps() ? "threadIdx.x % WARP" : "threadIdx.x") + " == 0) {");
    int part = 0;
    int results = loop.results().size();
    for (int i = 0; i < loop.sums().size(); i++) {
      if (tiling.holds(loop.sums().get(i))) {
        line("    %s[tile] = static_cast<float>(s%d);".formatted(body.output(results + i), i));
      } else {
        String place = part == 0 ? "tile" : (part * tiling.tiles()) + "u + tile";
        line("    parts[" + place + "] = s" + i + ";");
        part++;
      }
    }
    line("  }");
  }

  private void begin(List<Loop.Sum> partial) {
    line("// " + body.comment());
    List<String> parameters = new ArrayList<>(body.parameters());
    for (int i = 0; i < loop.sums().size(); i++) {
      if (!partial.contains(loop.sums().get(i))) {
        parameters.add(body.outputParameter(loop.results().size() + i));
      }
    }
    if (!partial.isEmpty()) {
      parameters.add("double* parts");
    }
    line(
        "extern \"C\" __global__ void __launch_bounds__(THREADS) @(\n    "
            + String.join(", ", parameters)
            + ") {");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
