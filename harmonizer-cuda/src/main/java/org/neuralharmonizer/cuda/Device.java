package org.neuralharmonizer.cuda;

/**
 * What the backend asks of one GPU. All work goes to one stream, in order; addresses are those of
 * device memory. Every method may throw {@link CudaException}.
 *
 * <p>A thread calls {@link #enter} before it calls anything else here.
 */
interface Device extends AutoCloseable {

  /**
   * Which GPU it is.
   *
   * @param name as the driver calls it, such as {@code NVIDIA H100 80GB HBM3}
   * @param architecture compute capability times ten, such as 90
   * @param processors streaming multiprocessors
   * @param bytes memory of the card
   * @param versions of driver, CUDA and libraries, for reports
   */
  record Description(String name, int architecture, int processors, long bytes, String versions) {}

  Description description();

  /** Memory that can be allocated now. */
  long freeBytes();

  /** Makes the calling thread speak to this device. */
  void enter();

  /**
   * Device memory, aligned to 256 bytes at least, its content undefined.
   *
   * @throws OutOfDeviceMemoryException if there is not as much
   */
  long allocate(long bytes);

  void free(long address);

  /** Copies the first floats of an array to the device; it may change as soon as this returns. */
  void upload(float[] values, int count, long address);

  /** Waits for all work before it, and copies from the device. */
  void download(long address, float[] values);

  /** Copies within the device, in stream order. */
  void copy(long from, long to, long bytes);

  /** Fills with zero bytes, in stream order. */
  void clear(long address, long bytes);

  /**
   * Machine code of a translation unit of CUDA C++ for this device. Threads may call this at the
   * same time, without entering.
   */
  byte[] compile(String source);

  /** Brings machine code onto the device. */
  Code load(byte[] code);

  /** Machine code on the device. */
  interface Code extends AutoCloseable {

    /** A handle of the kernel of that name ({@code extern "C"}). */
    long kernel(String name);

    @Override
    void close();
  }

  /**
   * Starts a kernel, in stream order.
   *
   * @param addresses the kernel's arguments, which all are pointers
   */
  void launch(long kernel, Grid grid, long... addresses);

  /** How many blocks of how many threads. */
  record Grid(int blocks, int threads) {}

  /**
   * A matrix product prepared for this device. If it is {@linkplain MatrixProduct#isLarge large},
   * the fastest algorithm found by timing on the given operands, whose content does not matter and
   * whose result is overwritten; otherwise no address is used.
   *
   * @param scratch room for the timing
   * @param scratchBytes of it; also the most that the chosen algorithm may ask for
   */
  LibraryCall product(
      MatrixProduct product, long a, long b, long result, long scratch, long scratchBytes);

  /**
   * A convolution prepared for this device: the fastest algorithm found by timing on the given
   * operands, whose content does not matter and whose result is overwritten.
   *
   * @param scratch room for the timing
   * @param scratchBytes of it; also the most that the chosen algorithm may ask for
   */
  LibraryCall convolution(
      ConvolutionTask task, long a, long b, long result, long scratch, long scratchBytes);

  /** A call of a library, prepared once and run often. */
  interface LibraryCall extends AutoCloseable {

    /** Scratch memory that a run needs. */
    long scratchBytes();

    /** Whether two runs give the same bits. */
    boolean deterministic();

    /** Runs in stream order; all are addresses. */
    void run(long a, long b, long result, long scratch);

    @Override
    void close();
  }

  /** Records the work that {@code work} starts, without running it. */
  Recording record(Runnable work);

  /** Recorded work. */
  interface Recording extends AutoCloseable {

    /** Starts all of it, in stream order. */
    void replay();

    @Override
    void close();
  }

  /** Waits until all work is done. */
  void synchronize();

  @Override
  void close();
}
