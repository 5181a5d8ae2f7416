package org.neuralharmonizer.cpu;

import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.BackendProvider;

/** Announces the built-in backend, which is usable everywhere. */
public final class CpuBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return CpuBackend.NAME;
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public Availability availability() {
    return Availability.usable("pure Java, " + KernelProvider.best().name());
  }

  @Override
  public Backend open(BackendOptions options) {
    if (options.device() > 0) {
      throw new IllegalArgumentException(
          "cpu: there is no device %d, this backend has none but the processor — leave it at 0"
              .formatted(options.device()));
    }
    return new CpuBackend(options, KernelProvider.best());
  }
}
