package org.neuralharmonizer.nd4j;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.BackendProvider;

/** What the announcements of both backends share. */
abstract class Nd4jProvider implements BackendProvider {
  private final Nd4jRuntime runtime = Nd4jRuntime.ofThisProcess();
  private @Nullable Availability availability;

  /** Looks around, and starts ND4J if nothing speaks against it. */
  abstract Availability look(Nd4jRuntime surroundings);

  /** Why there is no device but the first, and what to do instead. */
  abstract String devices();

  abstract Nd4jBackend open(Nd4jRuntime started, BackendOptions options);

  @Override
  public final synchronized Availability availability() {
    if (availability == null) {
      availability = look(runtime);
    }
    return availability;
  }

  @Override
  public final Backend open(BackendOptions options) {
    if (!availability().isUsable()) {
      throw new IllegalStateException(name() + ": " + availability().explanation());
    }
    if (options.device() > 0) {
      throw new IllegalArgumentException(
          name() + ": there is no device " + options.device() + ", " + devices());
    }
    return open(runtime, options);
  }
}
