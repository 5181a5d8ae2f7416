package org.neuralharmonizer.backend;

/**
 * What a backend may use.
 *
 * @param threads threads that compute, at least 1; results do not depend on it
 * @param maxBytes memory that one loaded program may take, if there is as much; programs that need
 *     more compute cheap values again, which takes time and changes no bit, and are refused if that
 *     is not enough
 * @param shortConvolution whether 3 × 3 convolutions may trade digits for speed
 * @param productPrecision the digits that products use, where the device offers a choice
 * @param activations how large intermediate values are kept, where the backend offers a choice
 * @param device which device of its kind, from 0; a backend without devices has number 0 alone
 */
public record BackendOptions(
    int threads,
    long maxBytes,
    ShortConvolution shortConvolution,
    ProductPrecision productPrecision,
    ActivationFormat activations,
    int device) {
  public BackendOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("backend: threads must be at least 1, not " + threads);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("backend: maxBytes must be positive, not " + maxBytes);
    }
    if (device < 0) {
      throw new IllegalArgumentException("backend: device must not be negative, not " + device);
    }
  }

  /** All processors, all memory, the first device, and the full digits of products. */
  public static BackendOptions defaults() {
    return new BackendOptions(
        Runtime.getRuntime().availableProcessors(),
        Long.MAX_VALUE,
        ShortConvolution.WHERE_FASTER,
        ProductPrecision.SINGLE,
        ActivationFormat.SINGLE,
        0);
  }

  public BackendOptions withThreads(int count) {
    return new BackendOptions(
        count, maxBytes, shortConvolution, productPrecision, activations, device);
  }

  public BackendOptions withMaxBytes(long bytes) {
    return new BackendOptions(
        threads, bytes, shortConvolution, productPrecision, activations, device);
  }

  public BackendOptions withShortConvolution(ShortConvolution choice) {
    return new BackendOptions(threads, maxBytes, choice, productPrecision, activations, device);
  }

  public BackendOptions withProductPrecision(ProductPrecision choice) {
    return new BackendOptions(threads, maxBytes, shortConvolution, choice, activations, device);
  }

  public BackendOptions withActivations(ActivationFormat choice) {
    return new BackendOptions(
        threads, maxBytes, shortConvolution, productPrecision, choice, device);
  }

  public BackendOptions withDevice(int number) {
    return new BackendOptions(
        threads, maxBytes, shortConvolution, productPrecision, activations, number);
  }
}
