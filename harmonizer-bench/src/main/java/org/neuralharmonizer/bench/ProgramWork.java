package org.neuralharmonizer.bench;

import java.util.List;
import java.util.Optional;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Tensor;

/** A program run again and again on the same arguments. */
final class ProgramWork implements Work {
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
   * A computation whose operands and results stay on the backend, so that only it is timed: leaves
   * are variables, and what is computed replaces the last of them.
   */
  static ProgramWork resident(
      List<Signature.Variable> operands, Signature.Update result, Backend backend) {
    Signature signature = new Signature(List.of(), operands, List.of(), List.of(result));
    return new ProgramWork(backend.load(signature), List.of());
  }

  @Override
  public List<Tensor> run() {
    return executable.run(arguments);
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
