package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.backend.BackendOptions;

/** Device memory, kernels and prepared calls of libraries for a list of works. */
final class Workshop implements AutoCloseable {

  /** The most that a convolution may ask for besides its operands. */
  static final long MOST_FOR_CONVOLUTION = 2L << 30;

  /** The same of a product: room for some parts of a weight's gradient, which are added up. */
  private static final long MOST_FOR_PRODUCT = 64L << 20;

  private static final double MEBIBYTE = 1 << 20;

  private final Device device;
  private final Map<Location.Area, Long> areas = new HashMap<>();
  private final Map<Object, Device.LibraryCall> calls = new HashMap<>();
  private final List<AutoCloseable> owned = new ArrayList<>();
  private long ownedBytes;
  private final List<KernelModule> modules = new ArrayList<>();
  private final Map<KernelSource, Long> kernels = new HashMap<>();
  private final int threads;

  /**
   * Takes memory, compiles, and finds algorithms.
   *
   * @throws IllegalArgumentException if more memory is needed than there is, with both numbers
   */
  Workshop(Device device, DevicePlan plan, BackendOptions options) {
    this.device = device;
    this.threads = options.threads();
    requireRoom(plan.bytes(), options);
    List<Work> works = plan.works();
    try {
      compile(works);
      areas.put(Location.Area.ARENA, allocated(plan.arena().bytes()));
      areas.put(Location.Area.ASIDE, allocated(plan.variables().bytesAside()));
      areas.put(Location.Area.SCRATCH, allocated(prepare(works, plan.scratchBytes())));
    } catch (OutOfDeviceMemoryException e) {
      long held = ownedBytes;
      close();
      throw refusal(held + e.bytes(), device.freeBytes());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Compiles what has not been. */
  void compile(Collection<Work> works) {
    List<KernelSource> missing =
        works.stream()
            .filter(Work.Launch.class::isInstance)
            .map(work -> ((Work.Launch) work).kernel())
            .filter(kernel -> !kernels.containsKey(kernel))
            .distinct()
            .toList();
    KernelModule module = new KernelModule(device, missing, threads);
    modules.add(module);
    missing.forEach(kernel -> kernels.put(kernel, module.handle(kernel)));
  }

  private void requireRoom(long needed, BackendOptions options) {
    long room = Math.min(device.freeBytes(), options.maxBytes());
    if (needed > room) {
      throw refusal(needed, room);
    }
  }

  private IllegalArgumentException refusal(long needed, long room) {
    return new IllegalArgumentException(
        ("cuda: the program needs %.0f MiB, at most %.0f MiB may be used — make the batch smaller,"
                + " or raise maxBytes (%s has %.0f MiB)")
            .formatted(
                Math.ceil(needed / MEBIBYTE),
                Math.floor(room / MEBIBYTE),
                device.description().name(),
                device.description().bytes() / MEBIBYTE));
  }

  private long allocated(long bytes) {
    if (bytes == 0) {
      return 0;
    }
    long address = device.allocate(bytes);
    owned.add(() -> device.free(address));
    ownedBytes += bytes;
    return address;
  }

  /** Prepares all calls of libraries; yields the scratch memory that the works need. */
  private long prepare(Collection<Work> works, long own) {
    long taken = Arena.aligned(own);
    long needed = own;
    long most = works.stream().mapToLong(Workshop::mostForLibrary).max().orElse(0);
    boolean times = most > 0;
    long room = times ? Math.max(1, Math.min(most, device.freeBytes() / 2 - taken)) : 0;
    long trial = times ? device.allocate(taken + room) : 0;
    areas.put(Location.Area.SCRATCH, trial);
    try {
      for (Work work : works) {
        if (work instanceof Work.Product product) {
          Device.LibraryCall call =
              calls.computeIfAbsent(
                  product.product(),
                  key ->
                      device.product(
                          product.product(),
                          address(product.a()),
                          address(product.b()),
                          address(product.result()),
                          trial + taken,
                          Math.min(room, MOST_FOR_PRODUCT)));
          needed = Math.max(needed, Arena.aligned(product.scratch()) + call.scratchBytes());
        } else if (work instanceof Work.Convolve convolve) {
          Device.LibraryCall call =
              calls.computeIfAbsent(
                  convolve.task(),
                  key ->
                      device.convolution(
                          convolve.task(),
                          address(convolve.a()),
                          address(convolve.b()),
                          address(convolve.result()),
                          trial + taken,
                          room));
          needed = Math.max(needed, Arena.aligned(convolve.scratch()) + call.scratchBytes());
        }
      }
    } finally {
      if (times) {
        device.free(trial);
      }
    }
    return needed;
  }

  /** How much memory a library may try algorithms with; 0 if it does not try. */
  private static long mostForLibrary(Work work) {
    if (work instanceof Work.Convolve) {
      return MOST_FOR_CONVOLUTION;
    }
    return work instanceof Work.Product product && product.product().isLarge()
        ? MOST_FOR_PRODUCT
        : 0;
  }

  /** Whether everything gives the same bits each time. */
  boolean deterministic() {
    return calls.values().stream().allMatch(Device.LibraryCall::deterministic);
  }

  long address(Location location) {
    return areas.getOrDefault(location.area(), 0L) + location.offset();
  }

  /** Starts a work, in stream order. */
  void start(Work work) {
    if (work instanceof Work.Launch launch) {
      long[] addresses = launch.operands().stream().mapToLong(this::address).toArray();
      Device.Grid grid = new Device.Grid(launch.blocks(), KernelSource.THREADS);
      device.launch(handle(launch.kernel()), grid, addresses);
    } else if (work instanceof Work.Product product) {
      call(product.product(), product.a(), product.b(), product.result(), product.scratch());
    } else if (work instanceof Work.Convolve convolve) {
      call(convolve.task(), convolve.a(), convolve.b(), convolve.result(), convolve.scratch());
    } else if (work instanceof Work.Clear clear) {
      device.clear(address(clear.target()), clear.bytes());
    } else {
      Work.Copy copy = (Work.Copy) work;
      device.copy(address(copy.from()), address(copy.to()), copy.bytes());
    }
  }

  private long handle(KernelSource kernel) {
    Long handle = kernels.get(kernel);
    if (handle == null) {
      throw new AssertionError("not compiled: " + kernel.text());
    }
    return handle;
  }

  private void call(Object task, Location a, Location b, Location result, long taken) {
    Device.LibraryCall call = calls.get(task);
    if (call == null) {
      throw new AssertionError("not prepared: " + task);
    }
    long scratch = address(Location.SCRATCH) + Arena.aligned(taken);
    call.run(address(a), address(b), address(result), scratch);
  }

  @Override
  public void close() {
    calls.values().forEach(Device.LibraryCall::close);
    calls.clear();
    modules.forEach(KernelModule::close);
    modules.clear();
    for (AutoCloseable each : owned) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    owned.clear();
  }
}
