package org.neuralharmonizer.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A loaded program, with the memory it runs in and the variables it keeps. Confined to one thread
 * at a time. After {@link #close} every method throws {@link IllegalStateException}.
 */
public interface Executable extends AutoCloseable {

  Program program();

  /**
   * Runs once.
   *
   * @param arguments one tensor per argument of the program, in its shape
   * @return one tensor per output of the program
   */
  default List<Tensor> run(List<Tensor> arguments) {
    return run(arguments, null);
  }

  /** Runs once and shows the results of every step to an observer; slower. */
  List<Tensor> run(List<Tensor> arguments, @Nullable StepObserver observer);

  /** The present value of a variable, by its position in the program. */
  Tensor read(int variable);

  /** Replaces the value of a variable, by its position in the program. */
  void write(int variable, Tensor value);

  @Override
  void close();
}
