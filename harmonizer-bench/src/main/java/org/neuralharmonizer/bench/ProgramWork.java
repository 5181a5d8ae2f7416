package org.neuralharmonizer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** A program run again and again on the same arguments. */
final class ProgramWork implements Work {
  private static final int FLOATS_PER_MEBIBYTE = (1 << 20) / Float.BYTES;

  private final Executable executable;
  private final List<Tensor> arguments;

  private ProgramWork(Executable executable, List<Tensor> arguments) {
    this.executable = executable;
    this.arguments = arguments;
  }

  /**
   * A function of arguments.
   *
   * @param inputs the leaves, in the order of their values
   */
  static ProgramWork of(
      List<Expr> inputs, List<Expr> outputs, List<Tensor> values, Backend backend) {
    return new ProgramWork(backend.load(Signature.of(inputs, outputs)), values);
  }

  /**
   * A computation whose operands and result stay on the backend: of the result only one element is
   * returned, so that nothing is timed but computing it.
   *
   * @param operands leaves, which are given random values
   */
  static ProgramWork resident(List<Expr> operands, Expr result, Backend backend) {
    List<Signature.Variable> variables = new ArrayList<>();
    for (Expr operand : operands) {
      Tensor value = Samples.uniform(operand.shape(), variables.size());
      variables.add(new Signature.Variable(operand, value));
    }
    Expr corner = result.reshape(result.shape().size()).slice(Span.range(0, 1));
    Signature signature = new Signature(List.of(), variables, List.of(corner), List.of());
    return new ProgramWork(backend.load(signature), List.of());
  }

  /**
   * Every element of an array read, changed and written in place: the bandwidth of memory.
   *
   * @param size in MiB
   */
  static ProgramWork copy(int size, Backend backend) {
    Expr array = Expr.input("array", Shape.of(Math.multiplyExact(size, FLOATS_PER_MEBIBYTE)));
    Signature signature =
        new Signature(
            List.of(),
            List.of(new Signature.Variable(array, Tensor.filled(array.shape(), 1))),
            List.of(),
            List.of(new Signature.Update(array, array.negated())));
    return new ProgramWork(backend.load(signature), List.of());
  }

  @Override
  public List<Tensor> run() {
    return executable.run(arguments);
  }

  /** A program that keeps its operands and results as variables, and returns little. */
  static ProgramWork keeping(Signature signature, Backend backend) {
    return new ProgramWork(backend.load(signature), List.of());
  }

  @Override
  public Optional<Program> program() {
    return Optional.of(executable.program());
  }

  @Override
  public void close() {
    executable.close();
  }
}
