package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.tensor.Shape;

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

  /** An operand of so many times fewer elements than the loop has hardly counts. */
  private static final int FEW = 16;

  private final Loop loop;
  private final Axes axes;
  private final int size;
  private final int width;
  private final StringBuilder text = new StringBuilder();

  FusedSource(Loop loop) {
    this.loop = loop;
    this.size = loop.space().size();
    List<int[]> strides = new ArrayList<>();
    for (Loop.Operand operand : loop.operands()) {
      strides.add(operand.strides().stream().mapToInt(Integer::intValue).toArray());
    }
    strides.add(loop.space().strides());
    this.axes = new Axes(loop.space().extents(), strides);
    boolean whole = loop.sums().stream().allMatch(sum -> sum.run() % 4 == 0);
    this.width = whole && (axes.width() == 4 || isMostlyDense()) ? 4 : 1;
  }

  /** Without sums. */
  KernelSource elementwise() {
    begin(List.of());
    line("  const unsigned p = thread_index()" + (width == 1 ? "" : " * 4") + ";");
    line("  if (p >= " + size + "u) {");
    line("    return;");
    line("  }");
    body("  ", List.of());
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
    body("    ", loop.sums());
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
        line("    y%d[tile] = static_cast<float>(s%d);".formatted(results + i, i));
      } else {
        String place = part == 0 ? "tile" : (part * tiling.tiles()) + "u + tile";
        line("    parts[" + place + "] = s" + i + ";");
        part++;
      }
    }
    line("  }");
  }

  private void begin(List<Loop.Sum> partial) {
    String words =
        Stream.concat(
                loop.instructions().stream().map(each -> each.code().word()),
                loop.sums().stream().map(sum -> Code.SUM.word()))
            .collect(Collectors.joining(" · "));
    line("// " + (words.isEmpty() ? "copy" : words) + ", over " + loop.space());
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < loop.operands().size(); i++) {
      parameters.add("const float* x" + i);
    }
    for (int i = 0; i < loop.results().size(); i++) {
      parameters.add("float* y" + i);
    }
    for (int i = 0; i < loop.sums().size(); i++) {
      if (!partial.contains(loop.sums().get(i))) {
        parameters.add("float* y" + (loop.results().size() + i));
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

  /** Loads, computes, stores, and adds to the sums, at position p. */
  private void body(String indent, List<Loop.Sum> sums) {
    int operands = loop.operands().size();
    boolean[] isRead = readOperands(sums);
    for (int i = 0; i < operands; i++) {
      if (!isRead[i]) {
        continue;
      }
      String place = axes.offset(i, "p");
      if (width == 1 || isScalar(i)) {
        line(indent + "const float v" + i + " = x" + i + "[" + place + "];");
      } else if (isLoadedByFour(i)) {
        line(indent + "float a" + i + "[4];");
        line(indent + "load4(a" + i + ", x" + i + " + " + inParentheses(place) + ");");
      }
    }
    if (width == 1) {
      elements(indent);
      for (int i = 0; i < loop.results().size(); i++) {
        line(indent + "y" + i + "[p] = v" + loop.results().get(i) + ";");
      }
      for (int i = 0; i < sums.size(); i++) {
        line(indent + "s" + i + " += v" + sums.get(i).value() + ";");
      }
      return;
    }
    for (int i = 0; i < loop.results().size(); i++) {
      line(indent + "float b" + i + "[4];");
    }
    for (int i = 0; i < sums.size(); i++) {
      line(indent + "float t" + i + "[4];");
    }
    line("#pragma unroll");
    line(indent + "for (int i = 0; i < 4; i++) {");
    String inner = indent + "  ";
    for (int i = 0; i < operands; i++) {
      if (isRead[i] && isLoadedByFour(i)) {
        line(inner + "const float v" + i + " = a" + i + "[i];");
      } else if (isRead[i] && !isScalar(i)) {
        String place = axes.offset(i, "(p + i)");
        line(inner + "const float v" + i + " = x" + i + "[" + place + "];");
      }
    }
    elements(inner);
    for (int i = 0; i < loop.results().size(); i++) {
      line(inner + "b" + i + "[i] = v" + loop.results().get(i) + ";");
    }
    for (int i = 0; i < sums.size(); i++) {
      line(inner + "t" + i + "[i] = v" + sums.get(i).value() + ";");
    }
    line(indent + "}");
    for (int i = 0; i < loop.results().size(); i++) {
      line(indent + "store4(y" + i + " + p, b" + i + ");");
    }
    for (int i = 0; i < sums.size(); i++) {
      line(indent + "s%d += (t%d[0] + t%d[1]) + (t%d[2] + t%d[3]);".formatted(i, i, i, i, i));
    }
  }

  /** Whether four neighbours share an operand's value. */
  private boolean isScalar(int operand) {
    return axes.width() == 4 && axes.repeats(operand);
  }

  private boolean isLoadedByFour(int operand) {
    return axes.width() == 4 ? !axes.repeats(operand) : axes.isDense(operand);
  }

  /**
   * Whether four neighbours at a time pay though the innermost axis is no multiple of four: all of
   * the data but a little lies in the order of the loop.
   */
  private boolean isMostlyDense() {
    boolean isDense = size % 4 == 0;
    for (int i = 0; i < loop.operands().size(); i++) {
      isDense &= axes.isDense(i) || axes.elements(i) <= size / FEW;
    }
    return isDense;
  }

  private static String inParentheses(String offset) {
    return offset.contains(" ") ? "(" + offset + ")" : offset;
  }

  private boolean[] readOperands(List<Loop.Sum> sums) {
    boolean[] isRead = new boolean[loop.operands().size() + loop.instructions().size()];
    loop.instructions().forEach(each -> each.operands().forEach(value -> isRead[value] = true));
    loop.results().forEach(value -> isRead[value] = true);
    sums.forEach(sum -> isRead[sum.value()] = true);
    return isRead;
  }

  private void elements(String indent) {
    Map<Integer, Loop.Instruction> steps = new HashMap<>();
    int number = loop.operands().size();
    for (Loop.Instruction instruction : loop.instructions()) {
      steps.put(number, instruction);
      List<String> names = instruction.operands().stream().map(each -> "v" + each).toList();
      String value = gated(instruction, steps);
      if (value == null) {
        value = CudaMath.expression(instruction.code(), names, instruction.attribute());
      }
      line(indent + "const float v" + number + " = " + value + ";");
      number++;
    }
  }

  /** x · step(x) is 0 where x is −∞, which the product is not. */
  private static @Nullable String gated(
      Loop.Instruction product, Map<Integer, Loop.Instruction> steps) {
    if (product.code() != Code.MULTIPLY) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      Loop.Instruction step = steps.get(product.operands().get(i));
      int other = product.operands().get(1 - i);
      if (step != null && step.code() == Code.STEP && step.operands().get(0) == other) {
        return "relu(v" + other + ")";
      }
    }
    return null;
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** The strides of an operand that is read as it is stored. */
  static Loop.Operand whole(int[] strides) {
    return new Loop.Operand(Arrays.stream(strides).boxed().toList());
  }

  /** A loop of one instruction, on operands as they are stored. */
  static Loop single(Shape space, Code code, int operands, double attribute) {
    List<Integer> reads = IntStream.range(0, operands).boxed().toList();
    return new Loop(
        space,
        Collections.nCopies(operands, whole(space.strides())),
        List.of(new Loop.Instruction(code, reads, attribute)),
        List.of(operands),
        List.of());
  }
}
