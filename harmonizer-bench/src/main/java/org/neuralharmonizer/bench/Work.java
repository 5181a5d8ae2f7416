package org.neuralharmonizer.bench;

import java.util.Optional;
import org.neuralharmonizer.program.Program;

/** Something to be timed, with what it needs already made. Confined to one thread. */
interface Work extends AutoCloseable {

  /** Does it once; the result keeps a compiler from leaving it out. */
  Object run();

  /** The program that runs, if it is one. */
  default Optional<Program> program() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
