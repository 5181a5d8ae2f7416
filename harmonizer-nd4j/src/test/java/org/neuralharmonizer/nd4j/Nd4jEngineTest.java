package org.neuralharmonizer.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The class path of a test run holds the build of ND4J that the run is for. */
class Nd4jEngineTest {
  @Test
  void theEngineIsTheOneThatIsToBeTested() {
    String expected = System.getProperty("nd4j.expected", "ND4J");
    assertThat(new Nd4jCpuBackendProvider().availability().explanation()).contains(expected);
  }
}
