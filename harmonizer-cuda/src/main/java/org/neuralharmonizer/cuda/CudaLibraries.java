package org.neuralharmonizer.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.presets.cublas;
import org.bytedeco.cuda.presets.cudnn;
import org.bytedeco.cuda.presets.nvrtc;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Properties;
import org.neuralharmonizer.backend.Availability;

/**
 * Decides whether CUDA can be used by this process. Every library is loaded by its name before the
 * bindings that need it are touched; what that finds they find too, wherever it was.
 */
final class CudaLibraries {
  private static final String BOUND_PLATFORM = "linux-x86_64";
  private static final String ALWAYS_THERE = "libc.so.6";
  private static final String DRIVER = "libcuda.so.1";
  private static final double BYTES_PER_GIB = 1 << 30;

  private static final List<Library> BESIDE_RUNTIME =
      List.of(
          new Library("NVRTC", nvrtc.class, "nvrtc", "cu13"),
          new Library("cuBLAS", cublas.class, "cublasLt", "cu13"),
          new Library("cuBLAS", cublas.class, "cublas", "cu13"),
          new Library("cuDNN", cudnn.class, "cudnn_graph", "cudnn"),
          new Library("cuDNN", cudnn.class, "cudnn_ops", "cudnn"),
          new Library("cuDNN", cudnn.class, "cudnn_cnn", "cudnn"),
          new Library("cuDNN", cudnn.class, "cudnn_adv", "cudnn"));
  private static final Library RUNTIME =
      new Library("the CUDA runtime", org.bytedeco.cuda.presets.cudart.class, "cudart", "cu13");

  /** Loads a shared library for the whole process. */
  @FunctionalInterface
  interface Linker {

    /**
     * As {@code dlopen} takes it.
     *
     * @param file a name, looked for where the system looks, or a path
     * @throws UnsatisfiedLinkError if that fails, with the system's reason
     */
    void load(String file);
  }

  /**
   * A library that the bindings need.
   *
   * @param product whom it belongs to
   * @param preset the bindings, which say which version
   * @param wheel its folder in {@code site-packages/nvidia}, if it came with Python
   */
  private record Library(String product, Class<?> preset, String name, String wheel) {

    /** Such as {@code libcudart.so.13}. */
    String file() {
      return "lib" + name + ".so" + version();
    }

    /** Such as {@code .13}: what the bindings were linked with. */
    String version() {
      return Arrays.stream(preset.getAnnotation(Properties.class).value())
          .flatMap(platform -> Arrays.stream(platform.link()))
          .filter(link -> link.startsWith(name + "@"))
          .map(link -> link.substring(name.length() + 1))
          .findFirst()
          .orElseThrow();
    }
  }

  private final String platform;
  private final Map<String, String> environment;
  private final Linker linker;

  /**
   * For a process.
   *
   * @param platform such as {@code linux-x86_64}
   */
  CudaLibraries(String platform, Map<String, String> environment, Linker linker) {
    this.platform = platform;
    this.environment = environment;
    this.linker = linker;
  }

  /** For this process. */
  static CudaLibraries ofThisProcess() {
    return new CudaLibraries(platform(), System.getenv(), file -> Loader.loadGlobal(file));
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch");
    return system.replace(' ', '-') + "-" + (machine.equals("amd64") ? "x86_64" : machine);
  }

  /** Whether it can, on what, or why not. */
  Availability availability() {
    try {
      return whatPrevents()
          .map(Availability::notUsable)
          .orElseGet(() -> Availability.usable(description()));
    } catch (RuntimeException | LinkageError e) {
      return Availability.notUsable(bindingsFail(e));
    }
  }

  private Optional<String> whatPrevents() {
    return platformPrevents()
        .or(this::bindingsPrevent)
        .or(this::driverPrevents)
        .or(() -> libraryPrevents(RUNTIME))
        .or(CudaLibraries::versionPrevents)
        .or(CudaLibraries::devicesPrevent)
        .or(
            () ->
                BESIDE_RUNTIME.stream()
                    .map(this::libraryPrevents)
                    .flatMap(Optional::stream)
                    .findFirst())
        .or(CudaLibraries::architecturesPrevent);
  }

  private Optional<String> platformPrevents() {
    return platform.equals(BOUND_PLATFORM)
        ? Optional.empty()
        : Optional.of(
            "the bindings on the class path are for %s, this is %s"
                .formatted(BOUND_PLATFORM, platform));
  }

  private Optional<String> bindingsPrevent() {
    return failure(ALWAYS_THERE).map(CudaLibraries::bindingsFail);
  }

  private static String bindingsFail(Throwable cause) {
    return ("the bindings fail: %s — they need org.bytedeco:javacpp and org.bytedeco:cuda with"
            + " classifier %s on the class path, glibc, and a home folder that can be written to")
        .formatted(cause, BOUND_PLATFORM);
  }

  private Optional<String> driverPrevents() {
    return failure(DRIVER)
        .map(
            error ->
                ("no NVIDIA driver: %s is neither in LD_LIBRARY_PATH (%s) nor where the system"
                        + " looks (%s) — install the driver; start a container with its GPUs")
                    .formatted(DRIVER, searchPath(), error.getMessage()));
  }

  private Optional<String> libraryPrevents(Library library) {
    return failure(library.file())
        .map(
            error ->
                ("%s is missing: %s is neither in LD_LIBRARY_PATH (%s) nor where the system looks"
                        + " (%s) — install it, and add its folder to LD_LIBRARY_PATH, such as"
                        + " /usr/local/cuda/lib64, or site-packages/nvidia/%s/lib if it came as a"
                        + " Python wheel")
                    .formatted(
                        library.product(),
                        library.file(),
                        searchPath(),
                        error.getMessage(),
                        library.wheel()));
  }

  private Optional<Throwable> failure(String file) {
    try {
      linker.load(file);
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of(e);
    }
  }

  private String searchPath() {
    return environment.getOrDefault("LD_LIBRARY_PATH", "not set");
  }

  /** A driver runs every CUDA of its own major version. */
  private static Optional<String> versionPrevents() {
    int version = Driver.version();
    int needed = 1000 * Integer.parseInt(RUNTIME.version().substring(1));
    return version >= needed
        ? Optional.empty()
        : Optional.of(
            ("the driver is for CUDA %s, the bindings on the class path need %s — update the"
                    + " driver, or take the bindings for its CUDA, such as"
                    + " org.bytedeco:cuda:12.9-9.10-1.5.12")
                .formatted(Driver.readable(version), Driver.readable(needed)));
  }

  private static Optional<String> devicesPrevent() {
    int status = cudart.cuInit(0);
    if (status != cudart.CUDA_SUCCESS) {
      return Optional.of("the driver finds no device: cuInit: " + Driver.error(status));
    }
    return Driver.devices() > 0
        ? Optional.empty()
        : Optional.of("the driver finds no device — CUDA_VISIBLE_DEVICES may hide them");
  }

  private static Optional<String> architecturesPrevent() {
    List<Device.Description> devices = devices();
    return devices.stream().anyMatch(each -> reasonAgainst(each).isEmpty())
        ? Optional.empty()
        : reasonAgainst(devices.get(0));
  }

  /** Why a device cannot be used, if so: it is older than what the compiler knows. */
  static Optional<String> reasonAgainst(Device.Description device) {
    int oldest = Nvrtc.oldestArchitecture();
    return device.architecture() >= oldest
        ? Optional.empty()
        : Optional.of(
            "%s has compute capability %s, NVRTC %s compiles for %s and newer"
                .formatted(
                    device.name(),
                    capability(device.architecture()),
                    Nvrtc.version(),
                    capability(oldest)));
  }

  private static String description() {
    return devices().stream()
        .map(
            device ->
                "%s, compute capability %s, %.0f GiB"
                    .formatted(
                        device.name(),
                        capability(device.architecture()),
                        device.bytes() / BYTES_PER_GIB))
        .collect(Collectors.joining("; ", "", ", " + versions()));
  }

  private static List<Device.Description> devices() {
    return IntStream.range(0, Driver.devices())
        .mapToObj(number -> Driver.describe(number, ""))
        .toList();
  }

  private static String capability(int architecture) {
    return architecture / 10 + "." + architecture % 10;
  }

  /** Of everything that takes part. */
  static String versions() {
    int[] runtime = new int[1];
    cudart.cudaRuntimeGetVersion(runtime);
    return "driver %s, CUDA runtime %s, cuBLAS %s, cuDNN %s, NVRTC %s"
        .formatted(
            Driver.readable(Driver.version()),
            Driver.readable(runtime[0]),
            Cublas.version(),
            Cudnn.version(),
            Nvrtc.version());
  }
}
