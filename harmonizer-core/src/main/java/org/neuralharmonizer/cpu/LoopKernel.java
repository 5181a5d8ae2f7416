package org.neuralharmonizer.cpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/**
 * Runs a fused loop block by block. A block is small enough that all values of the chain stay in
 * the first-level cache; only operands and results touch the slabs.
 *
 * <p>Every value of the loop lives either in a slab, at the block's position, or in a register: a
 * block-long part of the thread's scratch buffer.
 */
final class LoopKernel implements Kernel {
  private static final int BLOCK = 1024;

  /** In shorter blocks the calls would take longer than the loops. */
  private static final int LEAST_BLOCK = 256;

  /** About as much as is worth handing to another thread. */
  private static final int TASK = 16 * BLOCK;

  private final IntConsumer share = this::share;
  private final Workers workers;
  private final Loops loops;
  private final int size;

  /** Elements of a block: such that what repeats along whole planes is one number in a block. */
  private final int block;

  /** A whole number of blocks. */
  private final int task;

  /** Per value: how it is repeated, if as one number it could be an argument of a loop. */
  private final @Nullable Load[] numbers;

  /** Per value: the slab if it lives there, else null; and the offset in the slab or scratch. */
  private final float[][] slabs;

  private final int[] offsets;

  private final List<Load> loads = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private final List<BlockSums> sums = new ArrayList<>();
  private final int[][] reads;
  private final int[] targets;
  private final Code[] codes;
  private final float[] attributes;
  private int registers;

  /** An operand that must be repeated into a register. */
  private record Load(float[] slab, int offset, Repetition repetition, int register) {}

  /** A result that may only replace an operand once nothing reads that operand any more. */
  private record Copy(int value, float[] slab, int offset) {}

  LoopKernel(Step.Fused step, Memory memory, Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
    Loop loop = step.loop();
    int operands = loop.operands().size();
    int instructions = loop.instructions().size();
    size = loop.space().size();
    slabs = new float[operands + instructions][];
    offsets = new int[operands + instructions];
    reads = new int[instructions][];
    targets = new int[instructions];
    codes = new Code[instructions];
    attributes = new float[instructions];
    for (int i = 0; i < operands; i++) {
      placeOperand(i, loop, step.inputs().get(i), memory);
    }
    for (int i = 0; i < instructions; i++) {
      Loop.Instruction instruction = loop.instructions().get(i);
      codes[i] = instruction.code();
      attributes[i] = (float) instruction.attribute();
      reads[i] = instruction.operands().stream().mapToInt(Integer::intValue).toArray();
      targets[i] = operands + i;
    }
    numbers = numbers(loop);
    block = blockLength();
    task = TASK / block * block;
    placeResults(step, memory);
    int results = loop.results().size();
    for (int i = 0; i < loop.sums().size(); i++) {
      Slot output = step.outputs().get(results + i);
      sums.add(
          new BlockSums(
              loop.sums().get(i), size, block, memory.array(output), memory.offset(output)));
    }
    placeRegisters(operands);
  }

  @Override
  public void run() {
    workers.forEach((size + task - 1) / task, share);
    for (int i = 0; i < sums.size(); i++) {
      sums.get(i).finish();
    }
  }

  private void share(int i) {
    blocks(i * task, Math.min(size, (i + 1) * task));
  }

  /** Operands that are only added or multiplied, and to values that are not such operands. */
  private @Nullable Load[] numbers(Loop loop) {
    @Nullable Load[] found = new Load[slabs.length];
    for (Load load : loads) {
      for (int value = 0; value < loop.operands().size(); value++) {
        if (slabs[value] == null && offsets[value] == load.register()) {
          found[value] = load;
        }
      }
    }
    for (int i = 0; i < reads.length; i++) {
      boolean takesNumber =
          reads[i].length == 2
              && (codes[i] == Code.ADD || codes[i] == Code.MULTIPLY)
              && (found[reads[i][0]] == null || found[reads[i][1]] == null);
      if (!takesNumber) {
        for (int read : reads[i]) {
          found[read] = null;
        }
      }
    }
    return found;
  }

  private int blockLength() {
    int run = Integer.MAX_VALUE;
    for (Load load : numbers) {
      if (load != null && load.repetition().run() >= LEAST_BLOCK) {
        run = Math.min(run, load.repetition().run());
      }
    }
    int parts = (int) ((run + (long) BLOCK - 1) / BLOCK);
    return run < Integer.MAX_VALUE && run % parts == 0 ? run / parts : BLOCK;
  }

  private void placeOperand(int value, Loop loop, Slot slot, Memory memory) {
    Repetition repetition =
        Repetition.of(loop.space().extents(), loop.operands().get(value).strides());
    if (repetition.whole()) {
      slabs[value] = memory.array(slot);
      offsets[value] = memory.offset(slot);
    } else {
      offsets[value] = register();
      loads.add(new Load(memory.array(slot), memory.offset(slot), repetition, offsets[value]));
    }
  }

  private void placeResults(Step.Fused step, Memory memory) {
    int operands = step.loop().operands().size();
    for (int i = 0; i < step.loop().results().size(); i++) {
      Slot output = step.outputs().get(i);
      int value = step.loop().results().get(i);
      boolean early = false;
      for (int input = 0; input < step.inputs().size(); input++) {
        early |=
            memory.overlaps(step.inputs().get(input), output) && readAfter(input, value - operands);
      }
      if (early || slabs[value] != null || value < operands) {
        copies.add(new Copy(value, memory.array(output), memory.offset(output)));
      } else {
        slabs[value] = memory.array(output);
        offsets[value] = memory.offset(output);
      }
    }
  }

  private boolean readAfter(int value, int instruction) {
    for (int i = Math.max(instruction + 1, 0); i < reads.length; i++) {
      if (Arrays.stream(reads[i]).anyMatch(read -> read == value)) {
        return true;
      }
    }
    return false;
  }

  /** Registers are reused once nothing reads them; literals keep theirs, being filled only once. */
  private void placeRegisters(int operands) {
    int[] last = new int[slabs.length];
    for (int i = 0; i < reads.length; i++) {
      for (int read : reads[i]) {
        last[read] = i;
      }
    }
    copies.forEach(copy -> last[copy.value()] = Integer.MAX_VALUE);
    sums.forEach(sum -> last[sum.value()] = Integer.MAX_VALUE);
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < reads.length; i++) {
      int value = operands + i;
      if (slabs[value] == null) {
        boolean reuse = codes[i] != Code.LITERAL && !free.isEmpty();
        offsets[value] = reuse ? free.pop() : register();
      }
      int now = i;
      Arrays.stream(reads[i])
          .distinct()
          .filter(read -> read >= operands && slabs[read] == null && last[read] == now)
          .filter(read -> codes[read - operands] != Code.LITERAL)
          .forEach(read -> free.push(offsets[read]));
    }
  }

  private int register() {
    return registers++ * BLOCK;
  }

  private void blocks(int from, int to) {
    float[] scratch = workers.scratch().floats(Scratch.Use.LOOP, registers * BLOCK);
    for (int i = 0; i < loads.size(); i++) {
      Load load = loads.get(i);
      if (load.repetition().single()) {
        int register = load.register();
        Arrays.fill(scratch, register, register + BLOCK, load.slab()[load.offset()]);
      }
    }
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == Code.LITERAL) {
        int register = offsets[targets[i]];
        Arrays.fill(scratch, register, register + BLOCK, attributes[i]);
      }
    }
    for (int start = from; start < to; start += block) {
      block(scratch, start, Math.min(block, to - start));
    }
  }

  private void block(float[] scratch, int start, int n) {
    for (int i = 0; i < loads.size(); i++) {
      Load load = loads.get(i);
      if (!load.repetition().single() && !isNumber(load, start, n)) {
        load.repetition().expand(load.slab(), load.offset(), start, scratch, load.register(), n);
      }
    }
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] != Code.LITERAL) {
        instruction(i, scratch, start, n);
      }
    }
    for (int i = 0; i < sums.size(); i++) {
      BlockSums sum = sums.get(i);
      int value = sum.value();
      sum.add(loops, array(value, scratch), offset(value, start), start, n);
    }
    for (int i = 0; i < copies.size(); i++) {
      Copy copy = copies.get(i);
      int value = copy.value();
      System.arraycopy(
          array(value, scratch), offset(value, start), copy.slab(), copy.offset() + start, n);
    }
  }

  private boolean isNumber(Load load, int start, int n) {
    for (Load number : numbers) {
      if (number != null && number.register() == load.register()) {
        return load.repetition().constant(start, n);
      }
    }
    return false;
  }

  private boolean isNumber(int value, int start, int n) {
    Load load = numbers[value];
    return load != null && load.repetition().constant(start, n);
  }

  private float[] array(int value, float[] scratch) {
    return slabs[value] == null ? scratch : slabs[value];
  }

  private int offset(int value, int start) {
    return slabs[value] == null ? offsets[value] : offsets[value] + start;
  }

  private void instruction(int i, float[] scratch, int start, int n) {
    int first = reads[i][0];
    float[] x = array(first, scratch);
    int xo = offset(first, start);
    float[] out = array(targets[i], scratch);
    int oo = offset(targets[i], start);
    if (reads[i].length == 1) {
      unary(codes[i], attributes[i], x, xo, out, oo, n);
      return;
    }
    int second = reads[i][1];
    if (isNumber(second, start, n)) {
      unary(codes[i], number(second, start), x, xo, out, oo, n);
      return;
    }
    if (isNumber(first, start, n)) {
      float[] other = array(second, scratch);
      unary(codes[i], number(first, start), other, offset(second, start), out, oo, n);
      return;
    }
    float[] y = array(second, scratch);
    int yo = offset(second, start);
    switch (codes[i]) {
      case ADD -> loops.add(x, xo, y, yo, out, oo, n);
      case MULTIPLY -> loops.multiply(x, xo, y, yo, out, oo, n);
      case GREATER -> loops.greater(x, xo, y, yo, out, oo, n);
      case EQUAL -> loops.equal(x, xo, y, yo, out, oo, n);
      case SELECT -> {
        int third = reads[i][2];
        loops.select(x, xo, y, yo, array(third, scratch), offset(third, start), out, oo, n);
      }
      default -> throw new AssertionError(codes[i] + " is not elementwise");
    }
  }

  private float number(int value, int start) {
    Load load = Objects.requireNonNull(numbers[value]);
    return load.slab()[load.offset() + load.repetition().element(start)];
  }

  private void unary(Code code, float attribute, float[] x, int xo, float[] out, int oo, int n) {
    switch (code) {
      case EXP -> loops.exp(x, xo, out, oo, n);
      case LOG -> loops.log(x, xo, out, oo, n);
      case SQRT -> loops.sqrt(x, xo, out, oo, n);
      case RECIPROCAL -> loops.reciprocal(x, xo, out, oo, n);
      case TANH -> loops.tanh(x, xo, out, oo, n);
      case ERF -> loops.erf(x, xo, out, oo, n);
      case POWER -> loops.power(x, xo, attribute, out, oo, n);
      case SCALE, MULTIPLY -> loops.scale(x, xo, attribute, out, oo, n);
      case ADD -> loops.shift(x, xo, attribute, out, oo, n);
      case STEP -> loops.step(x, xo, out, oo, n);
      case SIGN -> loops.sign(x, xo, out, oo, n);
      default -> throw new AssertionError(code + " is not elementwise");
    }
  }
}
