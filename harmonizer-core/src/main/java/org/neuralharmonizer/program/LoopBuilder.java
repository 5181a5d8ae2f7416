package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.tensor.Shape;

/** Writes one loop from the expressions that were grouped into it. */
final class LoopBuilder {
  private final Grouping grouping;
  private final Function<Expr, Slot> slots;
  private final Shape space;
  private final List<Slot> inputs = new ArrayList<>();
  private final List<Loop.Operand> operands = new ArrayList<>();
  private final Map<Source, Node> sources = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Expr, Node> known = new IdentityHashMap<>();

  private record Source(Slot slot, Loop.Operand operand) {}

  /** A value of the loop before numbering: an operand, or an instruction on earlier values. */
  private static final class Node {
    private final Loop.@Nullable Instruction instruction;
    private final List<Node> reads;
    private int number;

    Node(Loop.@Nullable Instruction instruction, List<Node> reads) {
      this.instruction = instruction;
      this.reads = reads;
    }
  }

  private LoopBuilder(Shape space, Grouping grouping, Function<Expr, Slot> slots) {
    this.space = space;
    this.grouping = grouping;
    this.slots = slots;
  }

  static Step.Fused build(List<Expr> members, Grouping grouping, Function<Expr, Slot> slots) {
    LoopBuilder builder = new LoopBuilder(members.get(0).shape(), grouping, slots);
    List<Expr> leaving = new ArrayList<>();
    List<Expr> sums = new ArrayList<>();
    for (Expr member : members) {
      if (member.primitive().code() == Code.SUM) {
        sums.add(member);
        continue;
      }
      builder.known.put(member, builder.instruction(member));
      if (grouping.leaves(member, members)) {
        leaving.add(member);
      }
    }
    return builder.finish(leaving, sums);
  }

  private Step.Fused finish(List<Expr> leaving, List<Expr> summed) {
    List<Loop.Instruction> instructions = new ArrayList<>();
    for (Node node : nodes) {
      if (node.instruction != null) {
        node.number = operands.size() + instructions.size();
        instructions.add(
            new Loop.Instruction(
                node.instruction.code(),
                node.reads.stream().map(read -> read.number).toList(),
                node.instruction.attribute()));
      }
    }
    List<Integer> results = leaving.stream().map(expr -> node(expr).number).toList();
    List<Loop.Sum> sums = new ArrayList<>();
    for (Expr sum : summed) {
      int number = node(sum.inputs().get(0)).number;
      sums.add(new Loop.Sum(number, TerminalSum.run(sum), sum.shape().size()));
    }
    return new Step.Fused(
        new Loop(space, operands, instructions, results, sums),
        inputs,
        Stream.concat(leaving.stream(), summed.stream()).map(slots).toList());
  }

  private Node node(Expr expr) {
    return Objects.requireNonNull(known.get(expr));
  }

  private Node instruction(Expr expr) {
    Primitive primitive = expr.primitive();
    if (primitive instanceof Arithmetic.Add) {
      for (int i = 0; i < 2; i++) {
        Double number = Simplifier.number(expr.inputs().get(i));
        if (number != null) {
          return instruction(Code.ADD, List.of(value(expr.inputs().get(1 - i))), number);
        }
      }
    }
    List<Node> reads = new ArrayList<>();
    for (Expr input : expr.inputs()) {
      reads.add(value(input));
    }
    return instruction(primitive.code(), reads, Loop.attribute(primitive));
  }

  private Node instruction(Code code, List<Node> reads, double attribute) {
    Node node = new Node(new Loop.Instruction(code, List.of(), attribute), reads);
    nodes.add(node);
    return node;
  }

  private Node value(Expr expr) {
    Node node = known.get(expr);
    if (node == null) {
      Double number = Simplifier.number(expr);
      if (number != null) {
        node = instruction(Code.LITERAL, List.of(), number);
      } else if (grouping.virtual(expr) && Grouping.elementwise(expr)) {
        node = instruction(expr);
      } else if (expr.primitive().code() == Code.BROADCAST && grouping.virtual(expr)) {
        node = operand(slots.apply(expr.inputs().get(0)));
      } else {
        node = operand(slots.apply(expr));
      }
      known.put(expr, node);
    }
    return node;
  }

  private Node operand(Slot slot) {
    Loop.Operand operand = new Loop.Operand(strides(slot.shape()));
    return sources.computeIfAbsent(
        new Source(slot, operand),
        source -> {
          Node node = new Node(null, List.of());
          node.number = operands.size();
          operands.add(operand);
          inputs.add(slot);
          nodes.add(node);
          return node;
        });
  }

  private List<Integer> strides(Shape shape) {
    int[] own = shape.strides();
    int added = space.rank() - shape.rank();
    List<Integer> strides = new ArrayList<>(space.rank());
    for (int axis = 0; axis < space.rank(); axis++) {
      boolean repeats = axis < added || shape.extent(axis - added) == 1;
      strides.add(repeats ? 0 : own[axis - added]);
    }
    return strides;
  }
}
