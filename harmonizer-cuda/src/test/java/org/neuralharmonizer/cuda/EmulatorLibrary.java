package org.neuralharmonizer.cuda;

/** The emulator's native part, {@code emulator.cpp}. It runs one call at a time. */
final class EmulatorLibrary {

  static {
    System.load(EmulatorCompiler.library().toString());
  }

  private EmulatorLibrary() {}

  /** Zero if there is no memory; all of it is NaN. */
  static synchronized native long allocate(long bytes);

  static synchronized native void release(long address);

  /** Whether nothing was written before and after. */
  static synchronized native boolean intact(long address, long bytes);

  static synchronized native void write(float[] values, int count, long address);

  static synchronized native void read(long address, float[] values);

  static synchronized native void copy(long from, long to, long bytes);

  static synchronized native void clear(long address, long bytes);

  /** Fills with NaN. */
  static synchronized native void poison(long address, long bytes);

  static synchronized native long open(String path);

  /** Zero if there is none of that name. */
  static synchronized native long symbol(long library, String name);

  static synchronized native void close(long library);

  static synchronized native int arguments(long kernel);

  static synchronized native int mostThreads(long kernel);

  /** What went wrong, or null. */
  static synchronized native String launch(long kernel, long[] addresses, int blocks, int threads);

  static synchronized native void product(
      int batches,
      int m,
      int n,
      int k,
      boolean leftTransposed,
      boolean rightTransposed,
      boolean rounded,
      boolean narrowOperands,
      boolean narrowResult,
      long a,
      long b,
      long result);

  /**
   * One member of the trio.
   *
   * @param geometry member, images, channels, filters, groups, height and width; then kernel,
   *     stride, dilation, padding and outputs of rows and of columns
   */
  static synchronized native void convolution(
      int[] geometry, boolean rounded, boolean narrow, long a, long b, long result);
}
