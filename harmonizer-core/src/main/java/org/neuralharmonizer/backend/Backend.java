package org.neuralharmonizer.backend;

import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;

/**
 * A machine that runs programs. Safe for use by several threads; the executables it makes are
 * confined to one thread at a time. Closing it releases its threads or devices and closes nothing
 * that it loaded.
 */
public interface Backend extends AutoCloseable {

  /** The name by which {@link Backends#named} finds it, such as {@code cpu}. */
  String name();

  /** What this backend wants to be made of elementwise chains. */
  default Fusion fusion() {
    return Fusion.ELEMENTWISE;
  }

  /**
   * Prepares a program to be run.
   *
   * @throws IllegalArgumentException if the program needs more memory than there is, with both
   *     numbers
   */
  Executable load(Program program);

  /**
   * Prepares a program that several machines run together.
   *
   * @param exchange called by the thread that runs the program
   * @throws IllegalArgumentException if this backend runs none; else as the other method
   */
  default Executable load(Program program, ShareExchange exchange) {
    throw new IllegalArgumentException(
        name()
            + ": programs that several machines run together are for the backend cpu — use it, or"
            + " batch norm over parts of the batch");
  }

  /**
   * The memory that one program may take. Those that are compiled for this backend compute cheap
   * values again where they would need more.
   */
  default long maxBytes() {
    return Long.MAX_VALUE;
  }

  /** Compiles a signature as this backend likes it. */
  default Program compile(Signature signature) {
    return Compiler.compile(signature, fusion(), maxBytes());
  }

  /** Compiles a signature and loads the program. */
  default Executable load(Signature signature) {
    return load(compile(signature));
  }

  @Override
  void close();
}
