package org.neuralharmonizer.program;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Primitive;

/**
 * One instruction of a program. It writes every element of its outputs and never reads them first.
 */
public sealed interface Step {
  List<Slot> inputs();

  List<Slot> outputs();

  /** A primitive applied to slots. */
  record Apply(Primitive primitive, List<Slot> inputs, Slot output) implements Step {
    public Apply {
      inputs = List.copyOf(inputs);
    }

    @Override
    public List<Slot> outputs() {
      return List.of(output);
    }

    @Override
    public String toString() {
      String attributes = primitive.toString();
      return output
          + " = "
          + primitive.code().word()
          + attributes.substring(attributes.indexOf('['))
          + " "
          + inputs;
    }
  }

  /** A fused chain of elementwise operations, and sums of what they yield. */
  record Fused(Loop loop, List<Slot> inputs, List<Slot> outputs) implements Step {
    public Fused {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }

    @Override
    public String toString() {
      return outputs
          + " = fused "
          + Stream.concat(
                  loop.instructions().stream().map(instruction -> instruction.code().word()),
                  loop.sums().stream().map(sum -> Code.SUM.word()))
              .collect(Collectors.joining(" · "))
          + " "
          + inputs;
    }
  }

  /**
   * Steps that are run once for each position of the outermost axis, on a part of the sliced
   * storages.
   *
   * @param count positions
   * @param body the steps for one position; storages have their numbers in the program, and the
   *     shapes of their parts
   * @param sliced the storages among inputs and outputs of which each position has its own part,
   *     one after another; it sees the others whole
   * @param arena where what passes between the steps lives, for each position anew
   */
  record Sliced(
      int count,
      List<Step> body,
      List<Slot> inputs,
      List<Slot> outputs,
      Set<Integer> sliced,
      MemoryPlan arena)
      implements Step {
    public Sliced {
      body = List.copyOf(body);
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      sliced = Set.copyOf(sliced);
    }

    @Override
    public String toString() {
      return body.stream()
          .map(step -> System.lineSeparator() + "  " + step)
          .collect(Collectors.joining("", outputs + " = " + count + " times " + inputs, ""));
    }
  }
}
