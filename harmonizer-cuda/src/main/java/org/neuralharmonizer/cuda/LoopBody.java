package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Loop;

/**
 * What a fused loop does at a position {@code p} of its space, or at four neighbours from there on:
 * loads, computes, stores, and adds to its sums.
 */
final class LoopBody {

  /** An operand of so many times fewer elements than the loop has hardly counts. */
  private static final int FEW = 16;

  private static final String SUM_OF_FOUR = "s%d += (t%d[0] + t%d[1]) + (t%d[2] + t%d[3]);";

  private final Loop loop;
  private final List<Format> formats;
  private final Axes axes;
  private final int size;
  private final int width;

  /** Ends the names of operands, which several loops of one kernel have. */
  private final String suffix;

  private StringBuilder text = new StringBuilder();

  /**
   * A body.
   *
   * @param formats of operands, results and sums
   * @param suffix ends the names of operands
   */
  LoopBody(Loop loop, List<Format> formats, String suffix) {
    this.loop = loop;
    this.formats = formats;
    this.suffix = suffix;
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

  /** Neighbours that are treated at once: 4, or 1 where operands do not allow it. */
  int width() {
    return width;
  }

  /** Whether an operand is read in the order of the loop. */
  boolean isDense(int operand) {
    return axes.isDense(operand);
  }

  /** Whether an operand has one value for each run of neighbours, in the order of the runs. */
  boolean isConstantOver(int operand, int run) {
    return axes.offset(operand, "p").equals("p / " + run + "u");
  }

  String input(int operand) {
    return "x" + operand + suffix;
  }

  String output(int result) {
    return "y" + result + suffix;
  }

  /** The parameters for operands and whole results. */
  List<String> parameters() {
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < loop.operands().size(); i++) {
      parameters.add("const " + formats.get(i).word() + "* " + input(i));
    }
    for (int i = 0; i < loop.results().size(); i++) {
      parameters.add(outputParameter(i));
    }
    return parameters;
  }

  /** The parameter for a result, or, counted on from the last of them, for a sum. */
  String outputParameter(int output) {
    return formats.get(loop.operands().size() + output).word() + "* " + output(output);
  }

  /** Its primitives, for readers. */
  String comment() {
    String words =
        Stream.concat(
                loop.instructions().stream().map(each -> each.code().word()),
                loop.sums().stream().map(sum -> Code.SUM.word()))
            .collect(Collectors.joining(" · "));
    return (words.isEmpty() ? "copy" : words) + ", over " + loop.space();
  }

  /**
   * Writes the body.
   *
   * @param neighbours 1, or 4 if {@link #width} is
   */
  void write(StringBuilder text, String indent, int neighbours) {
    this.text = text;
    List<Loop.Sum> sums = loop.sums();
    int operands = loop.operands().size();
    boolean[] isRead = readOperands(sums);
    for (int i = 0; i < operands; i++) {
      if (!isRead[i]) {
        continue;
      }
      String place = axes.offset(i, "p");
      if (neighbours == 1 || isScalar(i)) {
        line(indent + "const float v" + i + " = " + input(i) + "[" + place + "];");
      } else if (isLoadedByFour(i)) {
        line(indent + "float a" + i + "[4];");
        line(indent + "load4(a" + i + ", " + input(i) + " + " + inParentheses(place) + ");");
      }
    }
    if (neighbours == 1) {
      elements(indent);
      for (int i = 0; i < loop.results().size(); i++) {
        line(indent + output(i) + "[p] = v" + loop.results().get(i) + ";");
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
        line(inner + "const float v" + i + " = " + input(i) + "[" + place + "];");
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
      line(indent + "store4(" + output(i) + " + p, b" + i + ");");
    }
    for (int i = 0; i < sums.size(); i++) {
      line(indent + SUM_OF_FOUR.formatted(i, i, i, i, i));
    }
  }

  /**
   * What a thread takes at once of a row, so that all it reads is on its way together.
   *
   * @param run elements of the row
   * @param width neighbours: 1, or 4 if {@link #width} is and rows are multiples of it
   * @param count how often
   * @param distance from one to the next
   */
  record Several(int run, int width, int count, int distance) {}

  /**
   * Writes the body for several positions from {@code p} on, as far as they are before {@code end}.
   */
  void write(StringBuilder text, String indent, Several several) {
    this.text = text;
    boolean[] isRead = readOperands(loop.sums());
    boolean[] isOwn = new boolean[loop.operands().size()];
    String inner = indent + "    ";
    for (int i = 0; i < isOwn.length; i++) {
      isOwn[i] = isRead[i] && !isConstantOver(i, several.run);
      if (isOwn[i]) {
        line(indent + "float a%d[%d][%d];".formatted(i, several.count, several.width));
      } else if (isRead[i]) {
        line(indent + "const float v%d = %s[p / %du];".formatted(i, input(i), several.run));
      }
    }
    for (int i = 0; i < loop.results().size(); i++) {
      line(indent + "float b%d[%d][%d];".formatted(i, several.count, several.width));
    }
    beginEach(indent, several);
    for (int i = 0; i < isOwn.length; i++) {
      if (isOwn[i]) {
        load(inner, i, several.width);
      }
    }
    endEach(indent);
    beginEach(indent, several);
    compute(inner, isOwn, several.width);
    endEach(indent);
    if (!loop.results().isEmpty()) {
      beginEach(indent, several);
      for (int i = 0; i < loop.results().size(); i++) {
        String form = several.width == 4 ? "store4(%s + q, b%d[j]);" : "%s[q] = b%d[j][0];";
        line(inner + form.formatted(output(i), i));
      }
      endEach(indent);
    }
  }

  private void beginEach(String indent, Several several) {
    line("#pragma unroll");
    line(indent + "for (unsigned j = 0; j < %du; j++) {".formatted(several.count));
    line(indent + "  const unsigned q = p + j * %du;".formatted(several.distance));
    line(indent + "  if (q < end) {");
  }

  private void endEach(String indent) {
    line(indent + "  }");
    line(indent + "}");
  }

  private void load(String indent, int operand, int neighbours) {
    if (neighbours == 4 && isLoadedByFour(operand)) {
      String place = inParentheses(axes.offset(operand, "q"));
      line(indent + "load4(a%d[j], %s + %s);".formatted(operand, input(operand), place));
      return;
    }
    for (int i = 0; i < neighbours; i++) {
      String place = axes.offset(operand, i == 0 ? "q" : "(q + " + i + ")");
      line(indent + "a%d[j][%d] = %s[%s];".formatted(operand, i, input(operand), place));
    }
  }

  private void compute(String indent, boolean[] isOwn, int neighbours) {
    List<Loop.Sum> sums = loop.sums();
    for (int i = 0; i < sums.size(); i++) {
      line(indent + "float t%d[%d];".formatted(i, neighbours));
    }
    line("#pragma unroll");
    line(indent + "for (int i = 0; i < %d; i++) {".formatted(neighbours));
    String inner = indent + "  ";
    for (int i = 0; i < isOwn.length; i++) {
      if (isOwn[i]) {
        line(inner + "const float v%d = a%d[j][i];".formatted(i, i));
      }
    }
    elements(inner);
    for (int i = 0; i < loop.results().size(); i++) {
      line(inner + "b%d[j][i] = v%d;".formatted(i, loop.results().get(i)));
    }
    for (int i = 0; i < sums.size(); i++) {
      line(inner + "t%d[i] = v%d;".formatted(i, sums.get(i).value()));
    }
    line(indent + "}");
    String form = neighbours == 4 ? SUM_OF_FOUR : "s%d += t%d[0];";
    for (int i = 0; i < sums.size(); i++) {
      line(indent + form.formatted(i, i, i, i, i));
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
      if (isNarrow(number)) {
        value = "rounded(" + value + ")";
      }
      line(indent + "const float v" + number + " = " + value + ";");
      number++;
    }
  }

  /** Whether a value is stored in fewer digits: what follows here uses what others will read. */
  private boolean isNarrow(int value) {
    int result = loop.results().indexOf(value);
    return result >= 0 && formats.get(loop.operands().size() + result) != Format.SINGLE;
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
}
