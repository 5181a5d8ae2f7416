package org.neuralharmonizer.cuda;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.BackendProvider;

/**
 * Announces the CUDA backend. When it opens one it reads two system properties: {@code
 * harmonizer.cuda.cache} names a folder that keeps compiled kernels from one process to the next,
 * {@code harmonizer.cuda.dump} one that receives the kernels' sources. When a program is loaded a
 * third is read: {@code harmonizer.cuda.profile} names a file to which the time of each step is
 * appended.
 */
public final class CudaBackendProvider implements BackendProvider {
  private static final int RANK = 20;

  private @Nullable Availability availability;

  /** For {@link java.util.ServiceLoader}. */
  public CudaBackendProvider() {}

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public int rank() {
    return RANK;
  }

  /** Looked into once; loads CUDA's libraries into the process if they are there. */
  @Override
  public synchronized Availability availability() {
    if (availability == null) {
      availability = CudaLibraries.ofThisProcess().availability();
    }
    return availability;
  }

  /**
   * The backend on the device that the options name.
   *
   * @throws IllegalArgumentException if there is no such device, or it is too old
   * @throws IllegalStateException if CUDA cannot be used here, or fails
   */
  @Override
  public Backend open(BackendOptions options) {
    if (!availability().isUsable()) {
      throw new IllegalStateException("cuda: " + availability().explanation());
    }
    return new CudaBackend(CudaDevice.open(options.device(), SourceFolders.named()), options);
  }
}
