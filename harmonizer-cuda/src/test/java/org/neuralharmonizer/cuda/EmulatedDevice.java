package org.neuralharmonizer.cuda;

import java.util.HashMap;
import java.util.Map;
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
 *
 * <p>As of a GPU, only {@link #compile} may be called by several threads at once.
 */
final class EmulatedDevice implements Device {
  private static final int FLOAT = Float.BYTES;
  private static final long SCRATCH = 1024;
  private static final int ARCHITECTURE = 90;
  private static final int PROCESSORS = 4;

  private final long bytes;
  private final EmulatedContext context;
  private final Allocations allocations;
  private final Map<Long, String> kernels = new HashMap<>();

  EmulatedDevice(long bytes) {
    this.bytes = bytes;
    this.context = new EmulatedContext(bytes);
    this.allocations = context.allocations();
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
  public long freeBytes() {
    context.checkEntered();
    return allocations.free();
  }

  @Override
  public void enter() {
    context.enter();
  }

  @Override
  public long allocate(long length) {
    context.checkNotRecording("allocate");
    allocations.reserve(length);
    long address = EmulatorLibrary.allocate(length);
    if (address == 0) {
      throw new OutOfDeviceMemoryException(length);
    }
    allocations.add(address, length);
    return address;
  }

  @Override
  public void free(long address) {
    context.checkNotRecording("free");
    allocations.check("free", address, 0);
    context.checkGuards();
    allocations.remove(address);
    EmulatorLibrary.release(address);
  }

  @Override
  public void upload(float[] values, int count, long address) {
    context.checkNotRecording("upload");
    allocations.check("upload", address, (long) count * FLOAT);
    EmulatorLibrary.write(values, count, address);
  }

  @Override
  public void download(long address, float[] values) {
    context.checkNotRecording("download");
    allocations.check("download", address, (long) values.length * FLOAT);
    context.checkGuards();
    EmulatorLibrary.read(address, values);
  }

  @Override
  public void copy(long from, long to, long length) {
    context.start(
        () -> {
          allocations.check("copy from", from, length);
          allocations.check("copy to", to, length);
          EmulatedContext.checkApart("copy", from, length, to, length);
        },
        () -> EmulatorLibrary.copy(from, to, length));
  }

  @Override
  public void clear(long address, long length) {
    context.start(
        () -> allocations.check("clear", address, length),
        () -> EmulatorLibrary.clear(address, length));
  }

  @Override
  public byte[] compile(String source) {
    context.checkOpen();
    return EmulatorCompiler.compile(source);
  }

  @Override
  public Code load(byte[] code) {
    context.checkNotRecording("load");
    String file = EmulatorCompiler.store(code).toString();
    return context.hold(new EmulatedCode(context, kernels, file));
  }

  @Override
  public void launch(long kernel, Grid grid, long... addresses) {
    long[] arguments = addresses.clone();
    context.start(
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
  public LibraryCall product(
      MatrixProduct product, long a, long b, long result, long scratch, long scratchBytes) {
    context.checkEntered();
    long each = (long) product.batches() * product.operands().bytes();
    long left = each * product.m() * product.k();
    long right = each * product.k() * product.n();
    long size = (long) product.batches() * product.m() * product.n() * product.result().bytes();
    EmulatedCall.Computation computation =
        (x, y, z) ->
            EmulatorLibrary.product(
                product.batches(),
                product.m(),
                product.n(),
                product.k(),
                product.left() == Reading.TRANSPOSED,
                product.right() == Reading.TRANSPOSED,
                product.precision() == ProductPrecision.TENSOR_FLOAT,
                product.operands() == Format.BFLOAT16,
                product.result() == Format.BFLOAT16,
                x,
                y,
                z);
    EmulatedCall call =
        new EmulatedCall(context, product.toString(), left, right, size, SCRATCH, computation);
    if (product.isLarge()) {
      call.check(a, b, result, scratch);
      EmulatorLibrary.poison(result, size);
    }
    return context.hold(call);
  }

  @Override
  public LibraryCall convolution(
      ConvolutionTask task, long a, long b, long result, long scratch, long scratchBytes) {
    context.checkNotRecording("convolution");
    long[] bytes = EmulatedConvolution.bytes(task);
    int[] geometry = EmulatedConvolution.geometry(task);
    EmulatedCall.Computation computation =
        (x, y, z) ->
            EmulatorLibrary.convolution(
                geometry,
                task.precision() == ProductPrecision.TENSOR_FLOAT,
                task.format() == Format.BFLOAT16,
                x,
                y,
                z);
    EmulatedCall call =
        new EmulatedCall(
            context,
            task.toString(),
            bytes[0],
            bytes[1],
            bytes[2],
            Math.min(SCRATCH, scratchBytes),
            computation);
    call.check(a, b, result, scratch);
    if (scratchBytes > 0) {
      allocations.check("scratch of " + task, scratch, scratchBytes);
      EmulatorLibrary.poison(scratch, Math.min(SCRATCH, scratchBytes));
    }
    EmulatorLibrary.poison(result, bytes[2]);
    return context.hold(call);
  }

  @Override
  public Recording record(Runnable work) {
    return context.hold(new EmulatedRecording(context, context.record(work)));
  }

  @Override
  public void synchronize() {
    context.checkNotRecording("synchronize");
    context.checkGuards();
  }

  /** Fails if anything is still allocated or open. */
  @Override
  public void close() {
    context.close();
  }
}
