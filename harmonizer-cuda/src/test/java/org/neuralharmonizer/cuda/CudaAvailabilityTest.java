package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;

class CudaAvailabilityTest {
  private static final String LINUX = "linux-x86_64";

  private final List<String> asked = new ArrayList<>();

  /** What is said where only some files can be loaded. */
  private String explanation(String platform, Map<String, String> environment, String... there) {
    CudaLibraries libraries =
        new CudaLibraries(
            platform,
            environment,
            file -> {
              asked.add(file);
              if (!List.of(there).contains(file)) {
                throw new UnsatisfiedLinkError(file + ": cannot open shared object file");
              }
            });
    Availability availability = libraries.availability();
    assertThat(availability.isUsable()).isFalse();
    return availability.explanation();
  }

  @Test
  void onThisMachineItIsExplained() {
    CudaBackendProvider provider = new CudaBackendProvider();
    Availability availability = provider.availability();
    assertThat(availability.explanation()).isNotBlank();
    assertThat(provider.availability()).isSameAs(availability);
    if (!availability.isUsable()) {
      assertThatThrownBy(() -> provider.open(BackendOptions.defaults()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("cuda: " + availability.explanation());
    }
  }

  @Test
  void itIsFoundByNameAndRefusedWithTheReason() {
    assertThat(Backends.describe())
        .anySatisfy(
            each -> {
              assertThat(each.name()).isEqualTo("cuda");
              assertThat(each.rank()).isEqualTo(20);
            });
    Availability availability = new CudaBackendProvider().availability();
    if (!availability.isUsable()) {
      assertThatThrownBy(() -> Backends.named("cuda"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "backend \"cuda\" is not usable here: %s — usable here: cpu",
              availability.explanation());
    }
  }

  @Test
  void anotherPlatformIsNamedAndNothingIsLoaded() {
    assertThat(explanation("mac-os-x-aarch64", Map.of()))
        .isEqualTo("the bindings on the class path are for linux-x86_64, this is mac-os-x-aarch64");
    assertThat(asked).isEmpty();
  }

  @Test
  void bindingsThatCannotLoadAnythingAreNotTakenForAMissingDriver() {
    assertThat(explanation(LINUX, Map.of()))
        .startsWith("the bindings fail: java.lang.UnsatisfiedLinkError: libc.so.6")
        .contains("classifier linux-x86_64");
    assertThat(asked).containsExactly("libc.so.6");
  }

  @Test
  void aMissingDriverIsNamedWithWhereItWasLookedFor() {
    assertThat(explanation(LINUX, Map.of(), "libc.so.6"))
        .isEqualTo(
            "no NVIDIA driver: libcuda.so.1 is neither in LD_LIBRARY_PATH (not set) nor where the"
                + " system looks (libcuda.so.1: cannot open shared object file) — install the"
                + " driver; start a container with its GPUs");
    assertThat(explanation(LINUX, Map.of("LD_LIBRARY_PATH", "/a:/b"), "libc.so.6"))
        .contains("LD_LIBRARY_PATH (/a:/b)");
  }

  @Test
  void aMissingRuntimeIsNamedWithWhereToGetIt() {
    assertThat(explanation(LINUX, Map.of(), "libc.so.6", "libcuda.so.1"))
        .isEqualTo(
            "the CUDA runtime is missing: libcudart.so.13 is neither in LD_LIBRARY_PATH (not set)"
                + " nor where the system looks (libcudart.so.13: cannot open shared object file) —"
                + " install it, and add its folder to LD_LIBRARY_PATH, such as"
                + " /usr/local/cuda/lib64, or site-packages/nvidia/cu13/lib if it came as a Python"
                + " wheel");
    assertThat(asked).containsExactly("libc.so.6", "libcuda.so.1", "libcudart.so.13");
  }
}
