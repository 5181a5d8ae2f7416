package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;

/**
 * Runs CUDA C++ on the processor, and notices what a GPU would forgive or punish much later:
 * accesses outside of an allocation or misaligned, barriers that not all threads reach, calls
 * without {@link #enter}, calls that may not be recorded, memory and handles left behind. Fresh
 * memory, and shared memory before each block, is NaN.
 *
 * <p>Threads of a block run one after another up to their next barrier. Sums of a product are
 * rounded once; a multiplication followed by an addition is not fused.
 */
final class EmulatedDevice implements Device {
  private static final int FLOAT = Float.BYTES;
  private static final long SCRATCH = 1024;
  private static final int ARCHITECTURE = 90;
  private static final int PROCESSORS = 4;

  /** As for the driver, a thread speaks to the device it has entered last. */
  private static final ThreadLocal<EmulatedDevice> CURRENT = new ThreadLocal<>();

  private final long bytes;
  private final Allocations allocations;
  private final Map<Long, String> kernels = new HashMap<>();
  private final Set<Object> handles = new HashSet<>();
  private List<Work> recorded;
  private boolean closed;

  /** Something in stream order. */
  private interface Work {

    /** Refuses what a GPU would not be able to do, or would do wrongly. */
    void check();

    void run();
  }

  EmulatedDevice(long bytes) {
    this.bytes = bytes;
    this.allocations = new Allocations(bytes);
  }

  /** Whether this machine can emulate; {@link #reason} tells why not. */
  static boolean available() {
    return EmulatorCompiler.obstacle().isEmpty();
  }

  static String reason() {
    return EmulatorCompiler.obstacle().orElse("");
  }

  /** Skips the running test on a machine that cannot emulate. */
  static void assumeAvailable() {
    Assumptions.assumeTrue(available(), reason());
  }

  long allocatedBytes() {
    return allocations.total();
  }

  /** The most that was allocated at once. */
  long peakBytes() {
    return allocations.peak();
  }

  @Override
  public Description description() {
    return new Description("emulated", ARCHITECTURE, PROCESSORS, bytes, "g++");
  }

  @Override
  public synchronized long freeBytes() {
    checkEntered();
    return allocations.free();
  }

  @Override
  public synchronized void enter() {
    checkOpen();
    CURRENT.set(this);
  }

  @Override
  public synchronized long allocate(long length) {
    checkNotRecording("allocate");
    allocations.reserve(length);
    long address = EmulatorLibrary.allocate(length);
    if (address == 0) {
      throw new OutOfDeviceMemoryException(length);
    }
    allocations.add(address, length);
    return address;
  }

  @Override
  public synchronized void free(long address) {
    checkNotRecording("free");
    allocations.check("free", address, 0);
    checkGuards();
    allocations.remove(address);
    EmulatorLibrary.release(address);
  }

  @Override
  public synchronized void upload(float[] values, int count, long address) {
    checkNotRecording("upload");
    allocations.check("upload", address, (long) count * FLOAT);
    EmulatorLibrary.write(values, count, address);
  }

  @Override
  public synchronized void download(long address, float[] values) {
    checkNotRecording("download");
    allocations.check("download", address, (long) values.length * FLOAT);
    checkGuards();
    EmulatorLibrary.read(address, values);
  }

  @Override
  public void copy(long from, long to, long length) {
    start(
        () -> {
          allocations.check("copy from", from, length);
          allocations.check("copy to", to, length);
          checkApart("copy", from, length, to, length);
        },
        () -> EmulatorLibrary.copy(from, to, length));
  }

  @Override
  public void clear(long address, long length) {
    start(
        () -> allocations.check("clear", address, length),
        () -> EmulatorLibrary.clear(address, length));
  }

  @Override
  public byte[] compile(String source) {
    checkOpen();
    return EmulatorCompiler.compile(source);
  }

  @Override
  public synchronized Code load(byte[] code) {
    checkNotRecording("load");
    EmulatedCode loaded =
        new EmulatedCode(EmulatorLibrary.open(EmulatorCompiler.store(code).toString()));
    handles.add(loaded);
    return loaded;
  }

  private final class EmulatedCode implements Code {
    private final long library;
    private final Set<Long> own = new HashSet<>();

    EmulatedCode(long library) {
      this.library = library;
    }

    @Override
    public long kernel(String name) {
      synchronized (EmulatedDevice.this) {
        checkEntered();
        checkHeld(this);
        long kernel = EmulatorLibrary.symbol(library, "emulated_" + name);
        if (kernel == 0) {
          throw new CudaException("there is no kernel of the name " + name);
        }
        kernels.put(kernel, name);
        own.add(kernel);
        return kernel;
      }
    }

    @Override
    public void close() {
      synchronized (EmulatedDevice.this) {
        if (release(this)) {
          kernels.keySet().removeAll(own);
          EmulatorLibrary.close(library);
        }
      }
    }
  }

  @Override
  public void launch(long kernel, Grid grid, long... addresses) {
    long[] arguments = addresses.clone();
    start(
        () -> checkLaunch(kernel, grid, arguments),
        () -> {
          String failure = EmulatorLibrary.launch(kernel, arguments, grid.blocks(), grid.threads());
          if (failure != null) {
            throw new CudaException(kernels.get(kernel) + ": " + failure);
          }
        });
  }

  private void checkLaunch(long kernel, Grid grid, long[] arguments) {
    String name = kernels.get(kernel);
    if (name == null) {
      throw new CudaException("launch: no kernel of code that is loaded");
    }
    int expected = EmulatorLibrary.arguments(kernel);
    if (arguments.length != expected) {
      throw new CudaException(
          "launch of %s: it takes %d addresses, not %d"
              .formatted(name, expected, arguments.length));
    }
    int mostThreads = EmulatorLibrary.mostThreads(kernel);
    if (grid.blocks() < 1 || grid.threads() < 1 || grid.threads() > mostThreads) {
      throw new CudaException(
          "launch of %s: %d blocks of %d threads, of which it takes 1 to %d"
              .formatted(name, grid.blocks(), grid.threads(), mostThreads));
    }
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] != 0) {
        allocations.check("launch of %s, argument %d".formatted(name, i), arguments[i], 1);
      }
    }
  }

  @Override
  public synchronized LibraryCall product(
      MatrixProduct product, long a, long b, long result, long scratch, long scratchBytes) {
    checkEntered();
    long left = (long) product.batches() * product.m() * product.k() * FLOAT;
    long right = (long) product.batches() * product.k() * product.n() * FLOAT;
    long size = (long) product.batches() * product.m() * product.n() * FLOAT;
    Computation computation =
        (x, y, z) ->
            EmulatorLibrary.product(
                product.batches(),
                product.m(),
                product.n(),
                product.k(),
                product.left() == Reading.TRANSPOSED,
                product.right() == Reading.TRANSPOSED,
                product.precision() == ProductPrecision.TENSOR_FLOAT,
                x,
                y,
                z);
    EmulatedCall call =
        new EmulatedCall(product.toString(), left, right, size, SCRATCH, computation);
    if (product.isLarge()) {
      call.check(a, b, result, scratch);
      EmulatorLibrary.poison(result, size);
    }
    handles.add(call);
    return call;
  }

  @Override
  public synchronized LibraryCall convolution(
      ConvolutionTask task, long a, long b, long result, long scratch, long scratchBytes) {
    checkNotRecording("convolution");
    long[] lengths = EmulatedConvolution.lengths(task);
    int[] geometry = EmulatedConvolution.geometry(task);
    Computation computation =
        (x, y, z) ->
            EmulatorLibrary.convolution(
                geometry, task.precision() == ProductPrecision.TENSOR_FLOAT, x, y, z);
    EmulatedCall call =
        new EmulatedCall(
            task.toString(),
            lengths[0] * FLOAT,
            lengths[1] * FLOAT,
            lengths[2] * FLOAT,
            Math.min(SCRATCH, scratchBytes),
            computation);
    call.check(a, b, result, scratch);
    if (scratchBytes > 0) {
      allocations.check("scratch of " + task, scratch, scratchBytes);
      EmulatorLibrary.poison(scratch, Math.min(SCRATCH, scratchBytes));
    }
    EmulatorLibrary.poison(result, lengths[2] * FLOAT);
    handles.add(call);
    return call;
  }

  /** What a library call computes, given addresses. */
  private interface Computation {
    void run(long a, long b, long result);
  }

  private final class EmulatedCall implements LibraryCall {
    private final String name;
    private final long leftBytes;
    private final long rightBytes;
    private final long resultBytes;
    private final long scratchBytes;
    private final Computation computation;

    EmulatedCall(
        String name,
        long leftBytes,
        long rightBytes,
        long resultBytes,
        long scratchBytes,
        Computation computation) {
      this.name = name;
      this.leftBytes = leftBytes;
      this.rightBytes = rightBytes;
      this.resultBytes = resultBytes;
      this.scratchBytes = scratchBytes;
      this.computation = computation;
    }

    @Override
    public long scratchBytes() {
      return scratchBytes;
    }

    @Override
    public boolean deterministic() {
      return true;
    }

    @Override
    public void run(long a, long b, long result, long scratch) {
      synchronized (EmulatedDevice.this) {
        checkHeld(this);
        start(
            () -> check(a, b, result, scratch),
            () -> {
              if (scratchBytes > 0) {
                EmulatorLibrary.poison(scratch, scratchBytes);
              }
              computation.run(a, b, result);
            });
      }
    }

    void check(long a, long b, long result, long scratch) {
      allocations.check("first operand of " + name, a, leftBytes);
      allocations.check("second operand of " + name, b, rightBytes);
      allocations.check("result of " + name, result, resultBytes);
      checkApart("first operand and result of " + name, a, leftBytes, result, resultBytes);
      checkApart("second operand and result of " + name, b, rightBytes, result, resultBytes);
      if (scratchBytes > 0) {
        allocations.check("scratch of " + name, scratch, scratchBytes);
        checkApart("first operand and scratch of " + name, a, leftBytes, scratch, scratchBytes);
        checkApart("second operand and scratch of " + name, b, rightBytes, scratch, scratchBytes);
        checkApart("result and scratch of " + name, result, resultBytes, scratch, scratchBytes);
      }
    }

    @Override
    public void close() {
      synchronized (EmulatedDevice.this) {
        release(this);
      }
    }
  }

  @Override
  public synchronized Recording record(Runnable work) {
    checkNotRecording("record");
    List<Work> list = new ArrayList<>();
    recorded = list;
    try {
      work.run();
    } finally {
      recorded = null;
    }
    EmulatedRecording recording = new EmulatedRecording(list);
    handles.add(recording);
    return recording;
  }

  private final class EmulatedRecording implements Recording {
    private final List<Work> list;

    EmulatedRecording(List<Work> list) {
      this.list = list;
    }

    @Override
    public void replay() {
      synchronized (EmulatedDevice.this) {
        checkNotRecording("replay");
        checkHeld(this);
        for (Work work : list) {
          work.check();
          work.run();
        }
      }
    }

    @Override
    public void close() {
      synchronized (EmulatedDevice.this) {
        release(this);
      }
    }
  }

  @Override
  public synchronized void synchronize() {
    checkNotRecording("synchronize");
    checkGuards();
  }

  /** Fails if anything is still allocated or open. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    checkNotRecording("close");
    String left = "";
    if (allocations.total() > 0 || !handles.isEmpty()) {
      left = "closed with %d bytes allocated and open: %s".formatted(allocations.total(), handles);
    }
    try {
      checkGuards();
    } finally {
      allocations.all().keySet().forEach(EmulatorLibrary::release);
      closed = true;
      if (CURRENT.get() == this) {
        CURRENT.remove();
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(left);
    }
  }

  private synchronized void start(Runnable check, Runnable run) {
    checkEntered();
    check.run();
    if (recorded == null) {
      run.run();
      return;
    }
    recorded.add(
        new Work() {
          @Override
          public void check() {
            check.run();
          }

          @Override
          public void run() {
            run.run();
          }
        });
  }

  private boolean release(Object handle) {
    if (closed) {
      return false;
    }
    checkEntered();
    return handles.remove(handle);
  }

  private void checkHeld(Object handle) {
    if (!handles.contains(handle)) {
      throw new CudaException("used after it was closed");
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new CudaException("the device is closed");
    }
  }

  private void checkEntered() {
    checkOpen();
    if (CURRENT.get() != this) {
      throw new CudaException(
          "thread " + Thread.currentThread().getName() + " has not entered this device");
    }
  }

  private void checkNotRecording(String what) {
    checkEntered();
    if (recorded != null) {
      throw new CudaException(what + ": not while recording");
    }
  }

  private void checkGuards() {
    allocations
        .all()
        .forEach(
            (address, length) -> {
              if (!EmulatorLibrary.intact(address, length)) {
                throw new CudaException(
                    "something was written before or after %d allocated bytes".formatted(length));
              }
            });
  }

  private static void checkApart(
      String what, long first, long firstBytes, long second, long secondBytes) {
    if (first < second + secondBytes && second < first + firstBytes) {
      throw new CudaException(what + " overlap");
    }
  }
}
