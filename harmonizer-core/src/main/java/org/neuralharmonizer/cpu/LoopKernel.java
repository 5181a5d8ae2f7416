package org.neuralharmonizer.cpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
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

  /** A block, and what repeating elements may overwrite after it. */
  private static final int REGISTER = BLOCK + Loops.SLACK;

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
  private final LoopOperation[] operations;
  private final BoundPass[] passes;
  private int registers;

  /** An operand that must be repeated into a register. */
  private record Load(float[] slab, int offset, Repetition repetition, int register) {
    float number(int position) {
      return slab[offset + repetition.element(position)];
    }
  }

  /** A result that may only replace an operand once nothing reads that operand any more. */
  private record Copy(int value, float[] slab, int offset) {}

  LoopKernel(Step.Fused step, Places memory, Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
    Loop loop = step.loop();
    int operands = loop.operands().size();
    int instructions = loop.instructions().size();
    size = loop.space().size();
    slabs = new float[operands + instructions][];
    offsets = new int[operands + instructions];
    for (int i = 0; i < operands; i++) {
      placeOperand(i, loop, step.inputs().get(i), memory);
    }
    operations = LoopOperations.of(loop).toArray(LoopOperation[]::new);
    numbers = numbers(loop);
    block = blockLength();
    keepNumbersOfWholeBlocks();
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
    passes =
        Arrays.stream(operations)
            .filter(operation -> operation.first() != Code.LITERAL)
            .map(this::bind)
            .toArray(BoundPass[]::new);
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
    for (LoopOperation operation : operations) {
      int[] reads = operation.reads();
      boolean isSumOrProduct = operation.first() == Code.ADD || operation.first() == Code.MULTIPLY;
      boolean takesNumber =
          switch (operation.kind()) {
            case SINGLE -> isSumOrProduct && reads.length == 2 && isOneRun(found, reads);
            case PAIR -> isOneRun(found, reads);
            case GATE, SUM, SUM_OF_PRODUCTS -> false;
          };
      // The last operand of a pair may always be a number.
      int inner = operation.kind() == LoopOperation.Kind.PAIR ? 2 : reads.length;
      for (int i = 0; i < inner && !takesNumber; i++) {
        if (reads[i] != LoopOperation.NONE) {
          found[reads[i]] = null;
        }
      }
    }
    return found;
  }

  private static boolean isOneRun(@Nullable Load[] found, int[] reads) {
    return found[reads[0]] == null || (reads[1] != LoopOperation.NONE && found[reads[1]] == null);
  }

  private int blockLength() {
    int run = Integer.MAX_VALUE;
    for (Load load : numbers) {
      if (load != null && load.repetition().run() >= LEAST_BLOCK) {
        run = Math.min(run, load.repetition().run());
      }
    }
    if (run == Integer.MAX_VALUE) {
      return BLOCK;
    }
    int parts = ProductPlan.ceiling(run, BLOCK);
    while (run % parts != 0 && run / parts >= LEAST_BLOCK) {
      parts++;
    }
    return run % parts == 0 && run / parts >= LEAST_BLOCK ? run / parts : BLOCK;
  }

  /** Blocks begin at multiples of their length, so what is one number in one block is in all. */
  private void keepNumbersOfWholeBlocks() {
    for (int value = 0; value < numbers.length; value++) {
      Load load = numbers[value];
      if (load != null) {
        Repetition repetition = load.repetition();
        if (repetition.single() || repetition.run() % block == 0) {
          loads.remove(load);
        } else {
          numbers[value] = null;
        }
      }
    }
  }

  private void placeOperand(int value, Loop loop, Slot slot, Places memory) {
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

  private void placeResults(Step.Fused step, Places memory) {
    int operands = step.loop().operands().size();
    for (int i = 0; i < step.loop().results().size(); i++) {
      Slot output = step.outputs().get(i);
      int value = step.loop().results().get(i);
      boolean early = false;
      for (int input = 0; input < step.inputs().size(); input++) {
        early |= memory.overlaps(step.inputs().get(input), output) && readAfter(input, value);
      }
      if (early || slabs[value] != null || value < operands) {
        copies.add(new Copy(value, memory.array(output), memory.offset(output)));
      } else {
        slabs[value] = memory.array(output);
        offsets[value] = memory.offset(output);
      }
    }
  }

  private boolean readAfter(int operand, int result) {
    boolean after = result < 0;
    for (LoopOperation operation : operations) {
      if (after && operation.reads(operand)) {
        return true;
      }
      after |= operation.target() == result;
    }
    return false;
  }

  /** Registers are reused once nothing reads them; literals keep theirs, being filled only once. */
  private void placeRegisters(int operands) {
    int[] last = new int[slabs.length];
    boolean[] literal = new boolean[slabs.length];
    for (int i = 0; i < operations.length; i++) {
      for (int read : operations[i].reads()) {
        if (read != LoopOperation.NONE) {
          last[read] = i;
        }
      }
    }
    copies.forEach(copy -> last[copy.value()] = Integer.MAX_VALUE);
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < operations.length; i++) {
      LoopOperation operation = operations[i];
      int value = operation.target();
      if (value != LoopOperation.NONE && slabs[value] == null) {
        literal[value] = operation.first() == Code.LITERAL;
        boolean reuse = !literal[value] && !free.isEmpty();
        offsets[value] = reuse ? free.pop() : register();
      }
      int now = i;
      Arrays.stream(operation.reads())
          .distinct()
          .filter(read -> read >= operands && slabs[read] == null && last[read] == now)
          .filter(read -> !literal[read])
          .forEach(read -> free.push(offsets[read]));
    }
  }

  private int register() {
    return registers++ * REGISTER;
  }

  private void blocks(int from, int to) {
    float[] scratch = workers.scratch().floats(Scratch.Use.LOOP, registers * REGISTER);
    int filled = Math.min(block, to - from);
    for (int i = 0; i < loads.size(); i++) {
      Load load = loads.get(i);
      if (load.repetition().single()) {
        int register = load.register();
        Arrays.fill(scratch, register, register + filled, load.slab()[load.offset()]);
      }
    }
    for (LoopOperation operation : operations) {
      if (operation.first() == Code.LITERAL) {
        int register = offsets[operation.target()];
        Arrays.fill(scratch, register, register + filled, operation.attribute());
      }
    }
    for (int start = from; start < to; start += block) {
      block(scratch, start, Math.min(block, to - start));
    }
  }

  private void block(float[] scratch, int start, int n) {
    for (int i = 0; i < loads.size(); i++) {
      Load load = loads.get(i);
      if (!load.repetition().single()) {
        load.repetition()
            .expand(loops, load.slab(), load.offset(), start, scratch, load.register(), n);
      }
    }
    for (int i = 0; i < passes.length; i++) {
      passes[i].run(scratch, start, n);
    }
    for (int i = 0; i < copies.size(); i++) {
      Copy copy = copies.get(i);
      int value = copy.value();
      System.arraycopy(
          array(value, scratch), offset(value, start), copy.slab(), copy.offset() + start, n);
    }
  }

  private boolean isNumber(int value) {
    return numbers[value] != null;
  }

  private float[] array(int value, float[] scratch) {
    return slabs[value] == null ? scratch : slabs[value];
  }

  private int offset(int value, int start) {
    return slabs[value] == null ? offsets[value] : offsets[value] + start;
  }

  private BoundPass bind(LoopOperation operation) {
    int[] reads = operation.reads();
    int x = reads[0];
    int y = reads.length > 1 ? reads[1] : LoopOperation.NONE;
    int z = reads.length > 2 ? reads[2] : LoopOperation.NONE;
    if (isNumber(x)) {
      int swapped = x;
      x = y;
      y = swapped;
    }
    boolean isNumberY = y == LoopOperation.NONE || isNumber(y);
    boolean isNumberZ = z == LoopOperation.NONE || isNumber(z);
    Pass pass =
        switch (operation.kind()) {
          case SINGLE ->
              isNumberY
                  ? Passes.unary(loops, operation.first())
                  : Passes.several(loops, operation.first());
          case GATE -> Passes.gate(loops);
          case PAIR ->
              Passes.pair(loops, operation.first(), operation.second(), isNumberY, isNumberZ);
          case SUM -> sums.get((int) operation.other()).sum(loops);
          case SUM_OF_PRODUCTS -> sums.get((int) operation.other()).sumOfProducts(loops);
        };
    return new BoundPass(pass, x, y, z, operation);
  }

  /** A pass with the values it reads; one that does not exist is taken from the scratch buffer. */
  private final class BoundPass {
    private final Pass pass;
    private final int x;
    private final int y;
    private final int z;
    private final int target;
    private final @Nullable Load first;
    private final @Nullable Load second;
    private final float attribute;
    private final float other;

    BoundPass(Pass pass, int x, int y, int z, LoopOperation operation) {
      this.pass = pass;
      this.x = x;
      first = y == LoopOperation.NONE ? null : numbers[y];
      second = z == LoopOperation.NONE ? null : numbers[z];
      this.y = y == LoopOperation.NONE ? x : y;
      this.z = z == LoopOperation.NONE ? x : z;
      target = operation.target() == LoopOperation.NONE ? x : operation.target();
      attribute = operation.attribute();
      other = operation.other();
    }

    void run(float[] scratch, int start, int n) {
      pass.run(
          array(x, scratch),
          offset(x, start),
          array(y, scratch),
          offset(y, start),
          array(z, scratch),
          offset(z, start),
          first == null ? attribute : first.number(start),
          second == null ? other : second.number(start),
          array(target, scratch),
          offset(target, start),
          start,
          n);
    }
  }
}
