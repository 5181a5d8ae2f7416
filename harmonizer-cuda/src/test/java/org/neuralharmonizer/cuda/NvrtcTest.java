package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class NvrtcTest {
  private static final String GOOD =
      """
      extern "C" __global__ void twice(const float *x, float *y) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        y[i] = 2.0f * x[i];
      }
      """;

  @Test
  void anArchitectureThatItKnowsGetsMachineCode() {
    Nvrtc compiler = Cuda.compiler(90);
    assertThat(compiler.identity())
        .isEqualTo("NVRTC %s --gpu-architecture=sm_90 --std=c++17 --fmad=false", Nvrtc.version());
    byte[] code = compiler.compile(GOOD);
    assertThat(code).startsWith(0x7f, 'E', 'L', 'F');
    assertThat(new String(code, StandardCharsets.ISO_8859_1)).contains("twice");
  }

  @Test
  void aNewerArchitectureGetsAssemblerThatTheDriverTranslates() {
    byte[] code = Cuda.compiler(999).compile(GOOD);
    assertThat(code).endsWith(0);
    assertThat(new String(code, StandardCharsets.ISO_8859_1))
        .contains(".target sm_")
        .contains(".entry twice");
  }

  @Test
  void anOlderArchitectureIsRefused() {
    Cuda.compiler(90);
    assertThatThrownBy(() -> new Nvrtc(30))
        .isInstanceOf(CudaException.class)
        .hasMessageStartingWith("cuda: NVRTC " + Nvrtc.version() + " compiles for architectures [")
        .hasMessageEndingWith("], not for 30");
  }

  @Test
  void anErrorNamesTheLineAndCarriesTheLog() {
    Nvrtc compiler = Cuda.compiler(90);
    String bad = GOOD.replace("2.0f * x[i]", "2.0f * z[i]");
    assertThatThrownBy(() -> compiler.compile(bad))
        .isInstanceOf(CudaException.class)
        .hasMessageStartingWith(
            "cuda: a source does not compile: NVRTC_ERROR_COMPILATION, line 3:"
                + " y[i] = 2.0f * z[i];\n")
        .hasMessageContaining("harmonizer.cu(3): error: identifier \"z\" is undefined");
  }

  @Test
  void severalThreadsCompileAtOnce() throws Exception {
    Nvrtc compiler = Cuda.compiler(90);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String source = GOOD.replace("twice", "twice" + i);
        all.add(threads.submit(() -> compiler.compile(source)));
      }
      for (int i = 0; i < all.size(); i++) {
        assertThat(new String(all.get(i).get(), StandardCharsets.ISO_8859_1)).contains("twice" + i);
      }
    } finally {
      threads.shutdown();
    }
  }
}
