package org.neuralharmonizer.cuda;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neuralharmonizer.cuda.ConvolutionTask.Axis;
import org.neuralharmonizer.expr.Contraction.Reading;

/**
 * Writes down what it is asked to do and computes nothing; downloads yield zeros. Can be told to
 * fail at a call, so that a test sees whether everything is given back.
 */
final class RecordingDevice implements Device {
  private static final long FIRST_ADDRESS = 0x7f0000000000L;
  private static final long ALIGNMENT = 256;
  private static final long SCRATCH = 1024;
  private static final int PROCESSORS = 132;
  private static final int ARCHITECTURE = 90;

  private final long bytes;
  private final int architecture;
  private final Allocations allocations;
  private final List<String> calls = new ArrayList<>();
  private final Map<Long, String> kernels = new HashMap<>();
  private final Set<Object> handles = new HashSet<>();
  private long nextAddress = FIRST_ADDRESS;
  private long nextKernel = 1;
  private int fallible;
  private int failing = -1;
  private boolean recording;

  RecordingDevice(long bytes) {
    this(bytes, ARCHITECTURE);
  }

  RecordingDevice(long bytes, int architecture) {
    this.bytes = bytes;
    this.architecture = architecture;
    this.allocations = new Allocations(bytes);
  }

  /**
   * From now on, lets so many calls pass and then fails once. Calls that give something back, or
   * only ask, neither fail nor count.
   */
  void failAfter(int passing) {
    fallible = 0;
    failing = passing;
  }

  /** Whether a failure that was asked for is still to come. */
  boolean failurePending() {
    return failing >= 0;
  }

  /** All calls, each a line; those within {@link #record} are indented. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  /** The calls that begin with a word, such as {@code launch}, without their indentation. */
  List<String> calls(String word) {
    return calls.stream().map(String::strip).filter(call -> call.startsWith(word)).toList();
  }

  void forgetCalls() {
    calls.clear();
  }

  long allocatedBytes() {
    return allocations.total();
  }

  /** The most that was allocated at once. */
  long peakBytes() {
    return allocations.peak();
  }

  /** Code, library calls and recordings that are not closed. */
  int openHandles() {
    return handles.size();
  }

  @Override
  public Description description() {
    return new Description("recording", architecture, PROCESSORS, bytes, "none");
  }

  @Override
  public long freeBytes() {
    return allocations.free();
  }

  @Override
  public void enter() {}

  @Override
  public long allocate(long length) {
    call("allocate " + length);
    allocations.reserve(length);
    long address = nextAddress;
    nextAddress += (length / ALIGNMENT + 1) * ALIGNMENT;
    allocations.add(address, length);
    return address;
  }

  @Override
  public void free(long address) {
    note("free");
    allocations.remove(address);
  }

  @Override
  public void upload(float[] values, int count, long address) {
    call("upload " + count + " floats");
    allocations.check("upload", address, (long) count * Float.BYTES);
  }

  @Override
  public void download(long address, float[] values) {
    call("download " + values.length + " floats");
    allocations.check("download", address, (long) values.length * Float.BYTES);
    Arrays.fill(values, 0);
  }

  @Override
  public void copy(long from, long to, long length) {
    call("copy " + length);
    allocations.check("copy from", from, length);
    allocations.check("copy to", to, length);
  }

  @Override
  public void clear(long address, long length) {
    call("clear " + length);
    allocations.check("clear", address, length);
  }

  @Override
  public byte[] compile(String source) {
    call("compile");
    return source.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Code load(byte[] code) {
    call("load");
    return new RecordedCode(new String(code, StandardCharsets.UTF_8));
  }

  private final class RecordedCode implements Code {
    private final String source;

    RecordedCode(String source) {
      this.source = source;
      handles.add(this);
    }

    @Override
    public long kernel(String name) {
      call("kernel " + name);
      if (!source.contains(name + "(")) {
        throw new CudaException("there is no kernel of the name " + name);
      }
      kernels.put(nextKernel, name);
      return nextKernel++;
    }

    @Override
    public void close() {
      giveBack(this, "close code");
    }
  }

  @Override
  public void launch(long kernel, Grid grid, long... addresses) {
    call("launch %s %d × %d".formatted(kernels.get(kernel), grid.blocks(), grid.threads()));
    for (int i = 0; i < addresses.length; i++) {
      if (addresses[i] != 0) {
        allocations.check("argument " + i, addresses[i], 1);
      }
    }
  }

  @Override
  public LibraryCall product(
      MatrixProduct product, long a, long b, long result, long scratch, long scratchBytes) {
    String line = describe(product);
    call("prepare " + line);
    return new RecordedCall(line, SCRATCH);
  }

  private static String describe(MatrixProduct product) {
    return "product %d × [%d × %d%s by %d × %d%s]"
        .formatted(
            product.batches(),
            product.m(),
            product.k(),
            describe(product.left()),
            product.k(),
            product.n(),
            describe(product.right()));
  }

  private static String describe(Reading reading) {
    return reading == Reading.TRANSPOSED ? " transposed" : "";
  }

  @Override
  public LibraryCall convolution(
      ConvolutionTask task, long a, long b, long result, long scratch, long scratchBytes) {
    String line = describe(task);
    call("prepare " + line);
    return new RecordedCall(line, Math.min(SCRATCH, scratchBytes));
  }

  private static String describe(ConvolutionTask task) {
    return "convolution %s %d × %d × %d × %d by %d, window %s and %s%s"
        .formatted(
            task.member(),
            task.images(),
            task.channels(),
            task.height(),
            task.width(),
            task.filters(),
            describe(task.rows()),
            describe(task.columns()),
            task.groups() == 1 ? "" : " in " + task.groups() + " groups");
  }

  private static String describe(Axis axis) {
    return axis.kernel()
        + (axis.stride() == 1 ? "" : " stride " + axis.stride())
        + (axis.dilation() == 1 ? "" : " dilated " + axis.dilation())
        + (axis.padding() == 0 ? "" : " padded " + axis.padding());
  }

  private final class RecordedCall implements LibraryCall {
    private final String line;
    private final long scratchBytes;

    RecordedCall(String line, long scratchBytes) {
      this.line = line;
      this.scratchBytes = scratchBytes;
      handles.add(this);
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
      call(line);
      allocations.check("first operand", a, 1);
      allocations.check("second operand", b, 1);
      allocations.check("result", result, 1);
      if (scratchBytes > 0) {
        allocations.check("scratch", scratch, scratchBytes);
      }
    }

    @Override
    public void close() {
      giveBack(this, "close library call");
    }
  }

  @Override
  public Recording record(Runnable work) {
    call("record");
    recording = true;
    try {
      work.run();
    } finally {
      recording = false;
    }
    return new RecordedWork();
  }

  private final class RecordedWork implements Recording {

    RecordedWork() {
      handles.add(this);
    }

    @Override
    public void replay() {
      call("replay");
    }

    @Override
    public void close() {
      giveBack(this, "close recording");
    }
  }

  @Override
  public void synchronize() {
    call("synchronize");
  }

  @Override
  public void close() {
    note("close");
  }

  private void giveBack(Object handle, String line) {
    if (handles.remove(handle)) {
      note(line);
    }
  }

  /** Several threads compile, while another holds this device's monitor. */
  private void call(String line) {
    synchronized (calls) {
      note(line);
      if (failing >= 0 && fallible++ == failing) {
        failing = -1;
        throw new CudaException("told to fail at: " + line);
      }
    }
  }

  private void note(String line) {
    calls.add(recording ? "  " + line : line);
  }
}
