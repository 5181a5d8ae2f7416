package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Turns expressions into a {@link Program}: shares and simplifies, fuses elementwise chains if
 * asked to, orders the steps and plans the memory. The result is a function of the signature alone.
 */
public final class Compiler {
  /** Slabs do not fit as tightly as values are counted: so often less is aimed at, by a part. */
  private static final int TRIES = 8;

  private static final int PART = 64;

  private final Fusion fusion;
  private final Slicing.Limits limits;
  private final Map<Expr, Integer> storages = new IdentityHashMap<>();
  private final Map<Slot, Tensor> constants = new LinkedHashMap<>();

  /** Whether even less memory was asked for than can be had. */
  private boolean exhausted;

  private Compiler(Fusion fusion, Slicing.Limits limits) {
    this.fusion = fusion;
    this.limits = limits;
  }

  /** The program of a signature. */
  public static Program compile(Signature signature, Fusion fusion) {
    return compile(signature, fusion, Slicing.Limits.USUAL);
  }

  /**
   * The program of a signature that needs at most so much memory, if computing cheap values again
   * makes it fit; else the one that needs the least of those that were tried.
   *
   * @param maxBytes of {@link MemoryPlan#bytes}
   */
  public static Program compile(Signature signature, Fusion fusion, long maxBytes) {
    return compile(signature, fusion, maxBytes, program -> program.memory().bytes());
  }

  /**
   * The same for a backend that needs other memory than the plan says: more besides, or less
   * because it keeps some values in fewer bytes.
   *
   * @param maxBytes of what the function says
   * @param bytes what the backend needs for a program
   */
  public static Program compile(
      Signature signature, Fusion fusion, long maxBytes, ToLongFunction<Program> bytes) {
    Program best = compile(signature, fusion);
    long least = bytes.applyAsLong(best);
    long aim = maxBytes - least + best.memory().bytes();
    boolean helps = true;
    for (int i = 0; helps && i < TRIES && least > maxBytes; i++) {
      Compiler compiler = new Compiler(fusion, Slicing.Limits.USUAL);
      Program tried = compiler.program(signature, aim);
      long needed = bytes.applyAsLong(tried);
      if (needed < least) {
        best = tried;
        least = needed;
      }
      aim -= Math.max(needed - maxBytes, maxBytes / PART);
      helps = !compiler.exhausted;
    }
    return best;
  }

  /** The program of a signature, with other limits of slicing. */
  static Program compile(Signature signature, Fusion fusion, Slicing.Limits limits) {
    return new Compiler(fusion, limits).program(signature, Long.MAX_VALUE);
  }

  private Program program(Signature signature, long maxBytes) {
    Simplifier simplifier = new Simplifier(fusion);
    List<Expr> declared = new ArrayList<>(signature.arguments());
    signature.variables().forEach(variable -> declared.add(variable.input()));
    simplifier.simplify(declared);
    List<Expr> roots = simplifier.simplify(signature.roots());
    List<Expr> order = Graph.ordered(roots);
    Grouping grouping = new Grouping(order, roots, fusion);

    declared.forEach(this::slot);
    List<Step> steps = new ArrayList<>();
    for (List<Expr> unit : schedule(order, grouping)) {
      emit(unit, grouping, steps);
    }
    List<Program.Variable> variables = new ArrayList<>();
    for (Signature.Variable variable : signature.variables()) {
      variables.add(
          new Program.Variable(
              Signature.name(variable.input()), slot(variable.input()), variable.initial()));
    }
    List<Program.Update> updates = new ArrayList<>();
    for (Signature.Update update : signature.updates()) {
      updates.add(
          new Program.Update(slot(update.variable()), slot(simplifier.simplified(update.value()))));
    }
    List<Program.Argument> arguments =
        signature.arguments().stream()
            .map(input -> new Program.Argument(Signature.name(input), slot(input)))
            .toList();
    List<Slot> outputs =
        signature.outputs().stream().map(simplifier::simplified).map(this::slot).toList();
    if (maxBytes < Long.MAX_VALUE) {
      List<Slot> pinned = new ArrayList<>(constants.keySet());
      declared.forEach(each -> pinned.add(slot(each)));
      Recomputation recomputation =
          Recomputation.apply(
              StepOrder.of(steps, outputs, updates),
              pinned,
              needed(outputs, updates),
              updates,
              storages.size(),
              maxBytes);
      steps = recomputation.steps();
      exhausted = recomputation.bytes() > maxBytes;
    }
    if (fusion == Fusion.IMAGE_BY_IMAGE) {
      steps = Slicing.apply(steps, needed(outputs, updates), limits);
    }
    return new Program(
        arguments,
        variables,
        Collections.unmodifiableMap(constants),
        StepOrder.of(steps, outputs, updates),
        outputs,
        updates);
  }

  /** Storages whose values leave the program. */
  private static Set<Integer> needed(List<Slot> outputs, List<Program.Update> updates) {
    Set<Integer> needed = new HashSet<>();
    outputs.forEach(output -> needed.add(output.storage()));
    updates.forEach(update -> needed.add(update.value().storage()));
    return needed;
  }

  /** Loops and single expressions, each after all it reads. */
  private static List<List<Expr>> schedule(List<Expr> order, Grouping grouping) {
    Map<Expr, List<Expr>> loops = grouping.loops(order);
    Map<Expr, Unit> units = new IdentityHashMap<>();
    for (Expr expr : order) {
      if (!units.containsKey(expr)) {
        Unit unit = new Unit(loops.getOrDefault(expr, List.of(expr)));
        unit.members.forEach(member -> units.put(member, unit));
      }
    }
    List<List<Expr>> scheduled = new ArrayList<>();
    List<Unit> path = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      enter(units.get(order.get(i)), path);
      while (!path.isEmpty()) {
        Unit unit = path.get(path.size() - 1);
        if (unit.next < unit.reads.size()) {
          enter(units.get(unit.reads.get(unit.next++)), path);
        } else {
          path.remove(path.size() - 1);
          scheduled.add(unit.members);
        }
      }
    }
    return scheduled;
  }

  private static void enter(Unit unit, List<Unit> path) {
    if (!unit.entered) {
      unit.entered = true;
      path.add(unit);
    }
  }

  private static final class Unit {
    private final List<Expr> members;
    private final List<Expr> reads = new ArrayList<>();
    private boolean entered;
    private int next;

    Unit(List<Expr> members) {
      this.members = members;
      Set<Expr> inside = Collections.newSetFromMap(new IdentityHashMap<>());
      inside.addAll(members);
      for (Expr member : members) {
        for (Expr input : member.inputs()) {
          if (!inside.contains(input)) {
            reads.add(input);
          }
        }
      }
    }
  }

  private void emit(List<Expr> unit, Grouping grouping, List<Step> steps) {
    Expr first = unit.get(0);
    if (fusion != Fusion.NONE && Grouping.elementwise(first)) {
      if (grouping.isMember(first)) {
        steps.add(LoopBuilder.build(unit, grouping, this::slot));
      }
      return;
    }
    boolean needsStep =
        !(first.primitive() instanceof Leaves.Input
            || first.primitive() instanceof Leaves.Constant
            || first.primitive() instanceof Leaves.Literal
            || isPart(first)
            || grouping.virtual(first));
    if (needsStep) {
      List<Slot> inputs = first.inputs().stream().map(this::slot).toList();
      steps.add(new Step.Apply(first.primitive(), inputs, slot(first)));
    }
  }

  /** Whether an expression is its operand, or neighbouring elements of it. */
  private boolean isPart(Expr expr) {
    if (expr.primitive().code() == Code.RESHAPE) {
      return true;
    }
    return fusion == Fusion.ELEMENTWISE
        && expr.primitive() instanceof Movement.Slice slice
        && slice.isContiguous(expr.inputs().get(0).shape())
        && start(expr) % MemoryPlan.LINE == 0;
  }

  /** Where a part begins. */
  private static int start(Expr part) {
    return part.primitive() instanceof Movement.Slice slice
        ? slice.start(part.inputs().get(0).shape())
        : 0;
  }

  /** The slot of an expression; constants are stored as they are first needed. */
  private Slot slot(Expr expr) {
    if (isPart(expr)) {
      Slot whole = slot(expr.inputs().get(0));
      return new Slot(whole.storage(), whole.offset() + start(expr), expr.shape());
    }
    Integer storage = storages.get(expr);
    if (storage == null) {
      storage = storages.size();
      storages.put(expr, storage);
      Slot slot = new Slot(storage, expr.shape());
      if (expr.primitive() instanceof Leaves.Constant constant) {
        constants.put(slot, constant.value());
      } else if (expr.primitive() instanceof Leaves.Literal literal) {
        constants.put(slot, Tensor.scalar(literal.value()));
      }
    }
    return new Slot(storage, expr.shape());
  }
}
