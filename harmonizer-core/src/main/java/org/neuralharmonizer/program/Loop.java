package org.neuralharmonizer.program;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Elementwise;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.tensor.Shape;

/**
 * A chain of elementwise operations over one shape, to be run block by block so that what passes
 * between them never reaches main memory.
 *
 * <p>Values are numbered: first the operands, then the result of each instruction. What leaves the
 * loop are whole values, and sums of values that need not leave it themselves.
 *
 * @param space the common shape of all values
 * @param operands how each input is repeated to that shape
 * @param instructions in order; each reads values numbered below its own
 * @param results the numbers of the values that leave the loop, one for each of the first outputs
 * @param sums the sums that leave it, one for each of the other outputs
 */
public record Loop(
    Shape space,
    List<Operand> operands,
    List<Instruction> instructions,
    List<Integer> results,
    List<Sum> sums) {

  public Loop {
    operands = List.copyOf(operands);
    instructions = List.copyOf(instructions);
    results = List.copyOf(results);
    sums = List.copyOf(sums);
  }

  /** A loop of one elementwise step, on operands as they are stored. */
  public static Loop of(Step.Apply step) {
    Shape space = step.output().shape();
    Operand whole = new Operand(Arrays.stream(space.strides()).boxed().toList());
    int operands = step.inputs().size();
    List<Integer> reads = IntStream.range(0, operands).boxed().toList();
    Primitive primitive = step.primitive();
    return new Loop(
        space,
        Collections.nCopies(operands, whole),
        List.of(new Instruction(primitive.code(), reads, attribute(primitive))),
        List.of(operands),
        List.of());
  }

  /** The number of a primitive that has one, else 0. */
  static double attribute(Primitive primitive) {
    if (primitive instanceof Arithmetic.Scale scale) {
      return scale.factor();
    }
    return primitive instanceof Elementwise.Power power ? power.exponent() : 0;
  }

  /**
   * A sum of the value numbered {@code value}. Element p of the loop's shape, counted in row-major
   * order, belongs to sum {@code p / run % count}.
   *
   * @param run neighbouring elements of one sum
   * @param count how many sums
   */
  public record Sum(int value, int run, int count) {}

  /**
   * How an input is read.
   *
   * @param strides for each axis of the loop's shape, the step in the input; 0 where it repeats
   */
  public record Operand(List<Integer> strides) {
    public Operand {
      strides = List.copyOf(strides);
    }
  }

  /**
   * One elementwise operation.
   *
   * @param code the primitive; LITERAL yields its attribute, ADD with a single operand adds it
   * @param operands numbers of the values it reads
   * @param attribute the primitive's number: a factor, an exponent, a literal; else 0
   */
  public record Instruction(Code code, List<Integer> operands, double attribute) {
    public Instruction {
      operands = List.copyOf(operands);
    }
  }
}
