package org.neuralharmonizer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.program.Program;

final class CaseTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench=pyramid batch=2 size=32",
        "bench=pyramid-both batch=2 size=32 result=loss",
        "bench=pyramid-released batch=2 size=32",
        "bench=pyramid batch=2 size=32 data=resident",
        "bench=gemm size=5",
        "bench=copy size=1",
        "bench=spearman-ties",
        "bench=split-half raters=4 splits=2",
        "bench=saliency model=reference_cnn batch=2",
        "bench=train model=reference_cnn_bn batch=2",
        "bench=harm model=reference_cnn_bn batch=2"
      })
  void standsForWorkThatRuns(String words) {
    try (Backend backend = Backends.best();
        Work work = Case.of(words.split(" ")).work(backend)) {
      assertThat(work.run()).isNotNull();
    }
  }

  @Test
  void harmonizedStepTakesTwiceTheOperationsOfAPlainOne() {
    try (Backend backend = Backends.best();
        Work harmonized = NetworkWork.harmonizedStep(Network.REFERENCE_CNN, 1, backend);
        Work plain = NetworkWork.plainStep(Network.REFERENCE_CNN, 1, backend)) {
      double ratio = (double) operations(harmonized) / operations(plain);
      assertThat(ratio).isBetween(1.9, 2.2);
    }
  }

  @Test
  void saysWhatItTakes() {
    assertThatThrownBy(() -> Case.of("harm")).hasMessage("\"harm\" is not of the form key=value");
    try (Backend backend = Backends.best()) {
      assertThatThrownBy(() -> Case.of("bench=walk").work(backend))
          .hasMessageStartingWith("there is no bench \"walk\" — use harm, train, saliency");
    }
  }

  @Test
  void aDeviceIsABackendAndFormatsAreDigits() {
    assertThat(Case.of("bench=harm").backend()).isEqualTo("cpu");
    assertThat(Case.of("device=cuda").backend()).isEqualTo("cuda");
    assertThat(Case.of("device=cuda", "backend=cpu").backend()).isEqualTo("cpu");
    assertThat(Case.of("precision=tf32").options().productPrecision())
        .isEqualTo(ProductPrecision.TENSOR_FLOAT);
    assertThat(Case.of("threads=3").options()).isEqualTo(BackendOptions.defaults().withThreads(3));
    assertThat(Case.of("precision=bf16").options())
        .isEqualTo(Case.of("precision=tf32").options().withActivations(ActivationFormat.BFLOAT16));
    assertThatThrownBy(() -> Case.of("precision=fp16").options())
        .hasMessage("there is no precision \"fp16\" — use fp32, tf32 or bf16");
  }

  private static long operations(Work work) {
    Optional<Program> program = work.program();
    return program.orElseThrow().operations();
  }
}
