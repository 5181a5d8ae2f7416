package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.io.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that every command takes. */
final class CommonOptions {
  @Mixin private RunOptions run;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; default all processors. Results do not depend on it.")
  private @Nullable Integer threads;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "Where to compute, see 'harmonize backends'; default the best usable one.")
  private @Nullable String backend;

  @Option(
      names = "--device",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which GPU, from 0, where the backend runs on one; default ${DEFAULT-VALUE}.")
  private int device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      defaultValue = "single",
      converter = Words.OfPrecision.class,
      completionCandidates = Words.OfPrecision.class,
      description =
          "Digits of products, where the backend offers a choice: ${COMPLETION-CANDIDATES};"
              + " default ${DEFAULT-VALUE}.")
  private ProductPrecision precision;

  @Option(
      names = "--activations",
      paramLabel = "FORMAT",
      defaultValue = "single",
      converter = Words.OfActivations.class,
      completionCandidates = Words.OfActivations.class,
      description =
          "How large intermediate values are kept, where the backend offers a choice:"
              + " ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ActivationFormat activations;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results to this file too, for programs.")
  private @Nullable Path json;

  long seed() {
    return run.seed();
  }

  PrintWriter err() {
    return run.err();
  }

  boolean quiet() {
    return run.quiet();
  }

  /** Refuses before the work, not after it, results that could not be written. */
  void requireWritable() throws IOException {
    Outputs.requireWritable(json);
  }

  /** The chosen backend, to be closed by the caller. */
  Backend open() throws IOException {
    requireWritable();
    BackendOptions options = BackendOptions.defaults();
    return open(threads == null ? options : options.withThreads(threads));
  }

  /** The same where another machine says how many threads there are. */
  Backend open(int elsewhere) {
    return open(BackendOptions.defaults().withThreads(elsewhere));
  }

  private Backend open(BackendOptions threaded) {
    BackendOptions options =
        threaded.withDevice(device).withProductPrecision(precision).withActivations(activations);
    return backend == null ? Backends.best(options) : Backends.named(backend, options);
  }

  /** Writes the results where {@code --json} asks for them, if it does. */
  void writeJson(Map<String, ?> results) throws IOException {
    if (json != null) {
      Json.write(json, results);
    }
  }
}
