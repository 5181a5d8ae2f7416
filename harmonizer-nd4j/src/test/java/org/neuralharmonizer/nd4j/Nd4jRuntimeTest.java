package org.neuralharmonizer.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;

class Nd4jRuntimeTest {
  private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

  /** Surroundings in which nothing of ND4J starts. */
  private record Given(
      Set<String> classes,
      List<Gpus.Capability> devices,
      String missing,
      Nd4jRuntime.Engine started)
      implements Nd4jRuntime.Surroundings {
    static Given on(String... names) {
      return new Given(Set.of(names), List.of(), "", new Nd4jRuntime.Engine(true, ""));
    }

    Given gpus(int... capabilities) {
      List<Gpus.Capability> all =
          java.util.Arrays.stream(capabilities)
              .mapToObj(each -> new Gpus.Capability(each / 10, each % 10))
              .toList();
      return new Given(classes, all, missing, started);
    }

    Given withoutDriver(String reason) {
      return new Given(classes, devices, reason, started);
    }

    Given starting(boolean cpu, String build) {
      return new Given(classes, devices, missing, new Nd4jRuntime.Engine(cpu, build));
    }

    @Override
    public boolean hasClass(String name) {
      return classes.contains(name);
    }

    @Override
    public List<Gpus.Capability> gpus() throws Gpus.NoDriverException {
      if (!missing.isEmpty()) {
        throw new Gpus.NoDriverException(missing);
      }
      return devices;
    }

    @Override
    public Nd4jRuntime.Engine engine() {
      if (started.buildInfo().equals("broken")) {
        throw new ExceptionInInitializerError(new UnsatisfiedLinkError("libnd4jcpu.so"));
      }
      return started;
    }
  }

  private static Availability cpu(Given given) {
    return new Nd4jRuntime(given).cpu();
  }

  private static Availability cuda(Given given) {
    return new Nd4jRuntime(given).cuda();
  }

  @Test
  void theNativeBackendSaysWhatIsMissing() {
    assertRefused(cpu(Given.on()), "ND4J's native backend is not on the class path — add");
    assertRefused(cpu(Given.on(CPU, CUDA)), "ND4J prefers it — remove nd4j-cuda-11.6");
    assertRefused(
        cpu(Given.on(CPU).starting(true, "broken")),
        "ND4J does not start (java.lang.UnsatisfiedLinkError: libnd4jcpu.so)");
    Availability plain = cpu(Given.on(CPU).starting(true, "GCC 7"));
    assertThat(plain.isUsable()).isTrue();
    assertThat(plain.explanation()).contains("without oneDNN: convolutions are several times");
    Availability fast = cpu(Given.on(CPU).starting(true, "HAVE_ONEDNN"));
    assertThat(fast).isEqualTo(Availability.usable("ND4J 1.0.0-M2.1, native, with oneDNN"));
  }

  @Test
  void theCudaBackendSaysWhatIsMissing() {
    assertRefused(cuda(Given.on(CPU)), "ND4J's CUDA backend is not on the class path — add");
    assertRefused(
        cuda(Given.on(CUDA).withoutDriver("no NVIDIA driver was found (x)")),
        "no NVIDIA driver was found (x) — install NVIDIA's driver");
    assertRefused(cuda(Given.on(CUDA)), "the driver knows no GPU — check CUDA_VISIBLE_DEVICES");
    assertRefused(
        cuda(Given.on(CUDA).gpus(86).starting(true, "")),
        "ND4J has started its native backend instead");
    assertThat(cuda(Given.on(CUDA).gpus(90, 80).starting(false, "")).isUsable()).isTrue();
  }

  /** Before ND4J starts: it would count the device and fail at its first kernel. */
  @Test
  void aGpuWithoutMachineCodeIsRefusedBeforeAnythingStarts() {
    Availability refused = cuda(Given.on(CUDA).gpus(90, 120).starting(false, "broken"));
    assertRefused(refused, "the GPU has compute capability 9.0, 12.0; ND4J 1.0.0-M2.1 holds");
    assertThat(refused.explanation()).endsWith("use the backend \"cuda\" for newer ones");
  }

  @ParameterizedTest
  @CsvSource({
    "3, 5, false",
    "3, 7, true",
    "5, 0, true",
    "6, 1, true",
    "7, 5, true",
    "8, 6, true",
    "8, 9, true",
    "9, 0, false",
    "10, 0, false"
  })
  void generations(int major, int minor, boolean supported) {
    assertThat(Nd4jRuntime.isSupported(new Gpus.Capability(major, minor))).isEqualTo(supported);
  }

  @Test
  void bothAreFoundByName() {
    assertThat(Backends.describe())
        .extracting(Backends.Description::name)
        .contains("nd4j-cpu", "nd4j-cuda");
    assertThatThrownBy(() -> Backends.named("nd4j-cuda"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ND4J's CUDA backend is not on the class path")
        .hasMessageContaining("usable here: ");
    assertThatThrownBy(() -> Backends.named("nd4j-cpu", BackendOptions.defaults().withDevice(1)))
        .hasMessageContaining("nd4j-cpu: there is no device 1");
    assertThat(Backends.best().name()).isNotEqualTo("nd4j-cpu");
  }

  private static void assertRefused(Availability availability, String reason) {
    assertThat(availability.isUsable()).isFalse();
    assertThat(availability.explanation()).contains(reason);
  }
}
