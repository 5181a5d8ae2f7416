package org.neuralharmonizer.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class MemoryPlanTest {
  private static final int GRAPHS = 200;

  /** Floats that share an owner in the simulation; places begin at multiples of it. */
  private static final int LINE = 16;

  @Test
  void nothingIsOverwrittenWhileItIsNeeded() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      for (Fusion fusion : Fusion.values()) {
        new Simulation(program(seed, fusion), "seed " + seed + ", fusion " + fusion).run();
      }
      Slicing.Limits always = new Slicing.Limits(2, 0, Long.MAX_VALUE);
      Program sliced = Compiler.compile(signature(seed), Fusion.IMAGE_BY_IMAGE, always);
      new Simulation(sliced, "seed " + seed + ", sliced").run();
    }
  }

  @Test
  void norWhereSomeValuesTakeHalfTheRoom() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Program program = program(seed, Fusion.ELEMENTWISE);
      Set<Integer> narrow = new HashSet<>();
      for (Step step : program.steps()) {
        step.outputs().stream()
            .map(Slot::storage)
            .filter(storage -> storage % 3 != 0)
            .forEach(narrow::add);
      }
      MemoryPlan plan = MemoryPlan.of(program, narrow);
      new Simulation(program, plan, narrow, "seed " + seed).run();
    }
  }

  @Test
  void aChainOfHalfTheRoom() {
    Expr x = Expr.input("x", Shape.of(16, 16));
    Expr y = x;
    for (int i = 0; i < 50; i++) {
      y = y.matmul(x);
    }
    Program program = Compiler.compile(Signature.of(List.of(x), List.of(y)), Fusion.NONE);
    Set<Integer> narrow = new HashSet<>();
    program.steps().forEach(step -> narrow.add(step.outputs().get(0).storage()));
    assertThat(MemoryPlan.of(program, narrow).bytes()).isEqualTo(2 * 4 * 256);
  }

  @Test
  void placesAreReused() {
    for (long seed = 0; seed < 20; seed++) {
      Program program = program(seed, Fusion.NONE);
      long separate = 0;
      for (Step step : program.steps()) {
        for (Slot output : step.outputs()) {
          separate += 4L * output.shape().size();
        }
      }
      assertThat(program.memory().bytes()).as("seed %d", seed).isLessThan(separate);
    }
  }

  /** A long chain of products needs its operands and two places in turn. */
  @Test
  void aChainNeedsTwoPlaces() {
    Shape square = Shape.of(16, 16);
    Expr x = Expr.input("x", square);
    Expr y = x;
    for (int i = 0; i < 50; i++) {
      y = y.matmul(x);
    }
    Program program = Compiler.compile(Signature.of(List.of(x), List.of(y)), Fusion.NONE);
    assertThat(program.memory().bytes()).isEqualTo(3 * 4 * 256);
  }

  /** Exponentials are needed before and after products, each of which takes two places. */
  @Test
  void cheapValuesAreComputedAgainWithinABudget() {
    Shape square = Shape.of(16, 16);
    Expr x = Expr.input("x", square);
    Expr early = x.exp();
    Expr late = early;
    for (int i = 0; i < 4; i++) {
      late = late.matmul(late);
    }
    Signature signature = Signature.of(List.of(x), List.of(late.times(early)));
    Program whole = Compiler.compile(signature, Fusion.ELEMENTWISE);
    long place = 4 * 256;
    assertThat(whole.memory().bytes()).isEqualTo(4 * place);

    Program smaller = Compiler.compile(signature, Fusion.ELEMENTWISE, 3 * place);
    assertThat(smaller.memory().bytes()).isEqualTo(3 * place);
    assertThat(smaller.steps()).hasSize(whole.steps().size() + 1);
    assertThat(Compiler.compile(signature, Fusion.ELEMENTWISE, 4 * place).steps())
        .isEqualTo(whole.steps());
    assertThat(stepsWithin(4 * place, signature, plan -> plan.bytes() + place))
        .isEqualTo(smaller.steps());
    assertThat(stepsWithin(2 * place, signature, plan -> plan.bytes() / 2))
        .isEqualTo(whole.steps());
  }

  private static List<Step> stepsWithin(
      long budget, Signature signature, ToLongFunction<MemoryPlan> bytes) {
    ToLongFunction<Program> ofProgram = program -> bytes.applyAsLong(program.memory());
    return Compiler.compile(signature, Fusion.ELEMENTWISE, budget, ofProgram).steps();
  }

  /** Two dense layers: each update waits until the other's gradient has read the old weights. */
  @Test
  void updatesHappenInPlace() {
    Shape square = Shape.of(64, 64);
    Expr x = Expr.input("x", Shape.of(2, 64));
    List<Expr> weights = List.of(Expr.input("first", square), Expr.input("second", square));
    Expr loss = x.matmul(weights.get(0)).matmul(weights.get(1)).squared().sum();
    List<Expr> gradients = Derivatives.grad(loss, weights);
    List<Signature.Variable> variables = new ArrayList<>();
    List<Signature.Update> updates = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Expr weight = weights.get(i);
      variables.add(new Signature.Variable(weight, Tensor.zeros(square)));
      updates.add(new Signature.Update(weight, weight.minus(gradients.get(i).times(0.1))));
    }
    Program program =
        Compiler.compile(
            new Signature(List.of(x), variables, List.of(loss), updates), Fusion.ELEMENTWISE);
    // Both weights, one gradient at a time, and what has two rows.
    assertThat(program.memory().bytes()).isLessThan(4 * (3 * 64 * 64 + 10 * 2 * 64));
  }

  /** Nothing is allocated here: a plan is arithmetic. */
  @Test
  void placesBeyondOneSlab() {
    Shape quarter = Shape.of(1 << 14, 1 << 14);
    List<Expr> inputs = IntStream.range(0, 7).mapToObj(i -> Expr.input("x" + i, quarter)).toList();
    Expr product = inputs.get(0);
    for (Expr input : inputs) {
      product = product.matmul(input);
    }
    Shape large = Shape.of((1 << 15) + 1, 1 << 15);
    Expr lone = Expr.input("lone", large);
    List<Expr> arguments = new ArrayList<>(inputs);
    arguments.add(lone);
    Program program =
        Compiler.compile(
            Signature.of(arguments, List.of(product, lone.permute(1, 0))), Fusion.NONE);
    MemoryPlan plan = program.memory();
    // Seven operands and two products in turn by four per slab; two that exceed a slab each.
    assertThat(plan.bytes())
        .isEqualTo(4 * (9L * quarter.size() + 2L * large.size()))
        .isGreaterThan(1L << 33);
    Set<MemoryPlan.Place> places = new HashSet<>();
    for (Program.Argument argument : program.arguments()) {
      MemoryPlan.Place place = plan.place(argument.slot().storage());
      assertThat(places.add(place)).isTrue();
      assertThat(place.offset() % quarter.size()).isZero();
      assertThat(place.offset() + (long) argument.slot().shape().size())
          .isLessThanOrEqualTo(plan.slabLengths()[place.slab()]);
    }
  }

  @Test
  void theLargestOfAllShapes() {
    Expr x = Expr.input("x", Shape.of(Integer.MAX_VALUE));
    Program program = Compiler.compile(Signature.of(List.of(x), List.of()), Fusion.NONE);
    assertThat(program.memory().slabLengths()).containsExactly(Integer.MAX_VALUE);
    assertThat(program.memory().bytes()).isEqualTo(4L * Integer.MAX_VALUE);
  }

  private static Program program(long seed, Fusion fusion) {
    return Compiler.compile(signature(seed), fusion);
  }

  /** Inputs by turns arguments and variables; some of the variables are updated. */
  private static Signature signature(long seed) {
    RandomGraphs graph = new RandomGraphs(seed);
    List<Expr> arguments = new ArrayList<>();
    List<Signature.Variable> variables = new ArrayList<>();
    List<Signature.Update> updates = new ArrayList<>();
    List<Expr> gradients = Derivatives.grad(graph.scalar(), graph.inputs());
    for (int i = 0; i < graph.inputs().size(); i++) {
      Expr input = graph.inputs().get(i);
      if (i % 3 == 0) {
        arguments.add(input);
      } else {
        variables.add(new Signature.Variable(input, graph.values().get(i)));
        if (i % 3 == 1) {
          updates.add(new Signature.Update(input, input.minus(gradients.get(i).times(0.1))));
        }
      }
    }
    return new Signature(arguments, variables, graph.outputs(), updates);
  }

  /** Runs a program on lines that know which storage they hold. */
  private static final class Simulation {
    private final Program program;
    private final MemoryPlan plan;
    private final Set<Integer> narrow;
    private final String description;
    private final int[][] owners;
    private final Set<Integer> written = new HashSet<>();

    Simulation(Program program, String description) {
      this(program, program.memory(), Set.of(), description);
    }

    Simulation(Program program, MemoryPlan plan, Set<Integer> narrow, String description) {
      this.program = program;
      this.plan = plan;
      this.narrow = narrow;
      this.description = description;
      owners =
          Arrays.stream(plan.slabLengths())
              .mapToObj(length -> new int[(int) ((length + (long) LINE - 1) / LINE)])
              .toArray(int[][]::new);
      for (int[] slab : owners) {
        Arrays.fill(slab, -1);
      }
    }

    void run() {
      program.arguments().forEach(each -> writeFresh(each.slot()));
      program.variables().forEach(each -> writeFresh(each.slot()));
      program.constants().keySet().forEach(this::writeFresh);
      for (Step step : program.steps()) {
        step.inputs().forEach(this::read);
        step.outputs().forEach(output -> requireInOrder(step, output));
        step.outputs().forEach(this::write);
        step.outputs().forEach(this::read);
      }
      program.outputs().forEach(this::read);
      program.updates().forEach(update -> read(update.value()));
      Set<Integer> updated = new HashSet<>();
      program.updates().forEach(update -> updated.add(update.variable().storage()));
      program.variables().stream()
          .filter(variable -> !updated.contains(variable.slot().storage()))
          .forEach(variable -> read(variable.slot()));
      program.constants().keySet().forEach(this::read);
    }

    /** A step may overwrite what it reads only element by element. */
    private void requireInOrder(Step step, Slot output) {
      for (Slot input : step.inputs()) {
        if (overlap(input, output)) {
          MemoryPlan.Place place = plan.place(input.storage());
          assertThat(plan.place(output.storage())).as(description).isEqualTo(place);
          assertThat(step).as(description).isInstanceOf(Step.Fused.class);
          assertThat(MemoryPlan.readInOrder((Step.Fused) step, input.storage()))
              .as(description)
              .isTrue();
          assertThat(narrow.contains(input.storage()))
              .as(description)
              .isEqualTo(narrow.contains(output.storage()));
        }
      }
    }

    private boolean overlap(Slot a, Slot b) {
      MemoryPlan.Place first = plan.place(a.storage());
      MemoryPlan.Place second = plan.place(b.storage());
      return first.slab() == second.slab()
          && first.offset() < second.offset() + floats(b)
          && second.offset() < first.offset() + floats(a);
    }

    private void writeFresh(Slot slot) {
      MemoryPlan.Place place = plan.place(slot.storage());
      assertThat(owners[place.slab()][place.offset() / LINE]).as(description).isEqualTo(-1);
      write(slot);
    }

    private void write(Slot slot) {
      MemoryPlan.Place place = plan.place(slot.storage());
      assertThat(written.add(slot.storage())).as("%s: written twice", description).isTrue();
      assertThat(place.offset() % LINE).as(description).isZero();
      assertThat(place.offset() + floats(slot))
          .as(description)
          .isLessThanOrEqualTo(plan.slabLengths()[place.slab()]);
      Arrays.fill(owners[place.slab()], from(place), to(place, slot), slot.storage());
    }

    private void read(Slot slot) {
      MemoryPlan.Place place = plan.place(slot.storage());
      int begin = from(place) + slot.offset() / (narrow.contains(slot.storage()) ? 2 : 1) / LINE;
      for (int line = begin; line < begin + to(place, slot) - from(place); line++) {
        if (owners[place.slab()][line] != slot.storage()) {
          throw new AssertionError(
              "%s: %s was overwritten by storage %d%n%s"
                  .formatted(description, slot, owners[place.slab()][line], program));
        }
      }
    }

    private long floats(Slot slot) {
      long size = slot.shape().size();
      return narrow.contains(slot.storage()) ? (size + 1) / 2 : size;
    }

    private static int from(MemoryPlan.Place place) {
      return place.offset() / LINE;
    }

    private int to(MemoryPlan.Place place, Slot slot) {
      long end = place.offset() + floats(slot);
      return (int) ((end + LINE - 1) / LINE);
    }
  }
}
