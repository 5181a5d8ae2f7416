package org.neuralharmonizer.nd4j;

import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.linalg.factory.Nd4j;
import org.neuralharmonizer.backend.Availability;

/** Which of ND4J's backends are on the class path, and whether they can run here. */
final class Nd4jRuntime {
  private static final String CPU_CLASS = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA_CLASS = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String SEE = " (docs/nd4j.md)";

  /** ND4J 1.0.0-M2.1 holds machine code for 3.7 to 8.6, which runs within a major version alone. */
  private static final int OLDEST_MAJOR = 3;

  private static final int OLDEST_MINOR = 7;
  private static final int NEWEST_MAJOR = 8;

  private final Surroundings surroundings;

  /** What is looked at; tests put their own here. */
  interface Surroundings {
    boolean hasClass(String name);

    List<Gpus.Capability> gpus() throws Gpus.NoDriverException;

    /** Starts ND4J. */
    Engine engine();
  }

  /**
   * ND4J as it has started.
   *
   * @param isCpu whether its arrays are in the process's memory
   * @param buildInfo how its native code was built
   */
  record Engine(boolean isCpu, String buildInfo) {
    boolean hasOneDnn() {
      return buildInfo.contains("ONEDNN") || buildInfo.contains("MKLDNN");
    }
  }

  Nd4jRuntime(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  static Nd4jRuntime ofThisProcess() {
    return new Nd4jRuntime(new ThisProcess());
  }

  Availability cpu() {
    if (!surroundings.hasClass(CPU_CLASS)) {
      return Availability.notUsable(
          "ND4J's native backend is not on the class path — add org.nd4j:nd4j-native:1.0.0-M2.1,"
              + " with the classifier of your platform"
              + SEE);
    }
    if (surroundings.hasClass(CUDA_CLASS)) {
      return Availability.notUsable(
          "ND4J's CUDA backend is on the class path too, and ND4J prefers it — remove"
              + " nd4j-cuda-11.6"
              + SEE);
    }
    return started(
        engine ->
            engine.hasOneDnn()
                ? Availability.usable("ND4J 1.0.0-M2.1, native, with oneDNN")
                : Availability.usable(
                    "ND4J 1.0.0-M2.1, native, without oneDNN: convolutions are several times slower"
                        + " than with the classifier …-onednn-avx2"
                        + SEE));
  }

  Availability cuda() {
    if (!surroundings.hasClass(CUDA_CLASS)) {
      return Availability.notUsable(
          "ND4J's CUDA backend is not on the class path — add org.nd4j:nd4j-cuda-11.6:1.0.0-M2.1"
              + SEE);
    }
    List<Gpus.Capability> gpus;
    try {
      gpus = surroundings.gpus();
    } catch (Gpus.NoDriverException e) {
      return Availability.notUsable(e.getMessage() + " — install NVIDIA's driver");
    }
    if (gpus.isEmpty()) {
      return Availability.notUsable(
          "the driver knows no GPU — check CUDA_VISIBLE_DEVICES and the container's devices");
    }
    if (gpus.stream().noneMatch(Nd4jRuntime::isSupported)) {
      return Availability.notUsable(
          "the GPU has compute capability %s; ND4J 1.0.0-M2.1 holds machine code for 3.7 to 8.6, and"
                  .formatted(
                      gpus.stream()
                          .map(Gpus.Capability::toString)
                          .collect(Collectors.joining(", ")))
              + " none that the driver could translate — use the backend \"cuda\" for newer ones");
    }
    return started(
        engine ->
            engine.isCpu()
                ? Availability.notUsable(
                    "ND4J has started its native backend instead — see its messages, and"
                        + " BACKEND_PRIORITY_GPU"
                        + SEE)
                : Availability.usable("ND4J 1.0.0-M2.1 on CUDA 11.6"));
  }

  static boolean isSupported(Gpus.Capability gpu) {
    boolean isTooOld =
        gpu.major() < OLDEST_MAJOR || (gpu.major() == OLDEST_MAJOR && gpu.minor() < OLDEST_MINOR);
    return !isTooOld && gpu.major() <= NEWEST_MAJOR;
  }

  /** What a started ND4J is used for. */
  @FunctionalInterface
  private interface Judge {
    Availability of(Engine engine);
  }

  private Availability started(Judge judge) {
    try {
      return judge.of(surroundings.engine());
    } catch (RuntimeException | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return Availability.notUsable(
          "ND4J does not start (" + root + ") — check that its natives fit this platform" + SEE);
    }
  }

  /** Which convolutions to ask for. */
  Convolutions.Kind convolutions() {
    Engine engine = surroundings.engine();
    return engine.hasOneDnn() ? Convolutions.Kind.FAST : Convolutions.Kind.PLAIN;
  }

  private static final class ThisProcess implements Surroundings {
    @Override
    public boolean hasClass(String name) {
      try {
        Class.forName(name, false, Nd4jRuntime.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException | LinkageError e) {
        return false;
      }
    }

    @Override
    public List<Gpus.Capability> gpus() throws Gpus.NoDriverException {
      return Gpus.ofThisMachine();
    }

    @Override
    public Engine engine() {
      return new Engine(Nd4j.getEnvironment().isCPU(), Nd4j.getBackend().buildInfo());
    }
  }
}
