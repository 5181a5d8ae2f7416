package org.neuralharmonizer.study.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.DoubleInterpreter;
import org.neuralharmonizer.testing.ReferenceData;

/**
 * The suite in double precision, and what it makes of data that it does not know or that is wrong.
 */
class VerificationTest {

  static Stream<Part> parts() {
    return Stream.of(
        new OperatorPart(), new LossPart(), new NetworkPart(), new StatisticsPart(), new MapPart());
  }

  @ParameterizedTest
  @MethodSource("parts")
  void reproducesTheReferenceInDoublePrecision(Part part) {
    ReferenceFiles golden = new ReferenceFiles(ReferenceData.folder("golden"));
    assertAgrees(part.run(golden, DoubleInterpreter::evaluate, Precision.DOUBLE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model-mobilenet025-imagenet", "model-resnet20-cifar10"})
  void reproducesTrainedNetworksInDoublePrecision(String folder) {
    ReferenceFiles model = new ReferenceFiles(ReferenceData.folder(folder));
    assertAgrees(new TrainedModelPart().run(model, DoubleInterpreter::evaluate, Precision.DOUBLE));
  }

  @Test
  void reproducesOnnxCasesInDoublePrecision() {
    ReferenceFiles cases = new ReferenceFiles(ReferenceData.folder("onnx-conformance"));
    PartReport report =
        new OnnxCasesPart().run(cases, DoubleInterpreter::evaluate, Precision.DOUBLE);
    assertAgrees(report);
    // Losses, optimizers and drop-out in training alone are not claimed.
    assertThat(report.notClaimed())
        .allMatch(name -> name.matches("node/test_(sce|momentum|nesterov|training_dropout).*"));
  }

  @Test
  void reproducesKerasLayersInDoublePrecision() {
    ReferenceFiles cases = new ReferenceFiles(ReferenceData.folder("keras-layers"));
    PartReport report =
        new KerasLayersPart().run(cases, DoubleInterpreter::evaluate, Precision.DOUBLE);
    assertAgrees(report);
    assertThat(report.notClaimed())
        .allMatch(
            name ->
                name.matches(
                    "(activations\\.(hard_sigmoid|selu|softsign)|advanced_activations"
                        + "|convolutional\\.UpSampling2D|core\\.Activation|merge\\.Concatenate).*"));
  }

  @Test
  void reproducesAnOnnxNetworkInDoublePrecision() {
    ReferenceFiles model = new ReferenceFiles(ReferenceData.folder("model-mnist-onnx"));
    assertAgrees(new OnnxNetworkPart().run(model, DoubleInterpreter::evaluate, Precision.DOUBLE));
  }

  @Test
  void filesAgree() {
    ReferenceFiles files = new ReferenceFiles(ReferenceData.folder("file-formats"));
    PartReport report = new FilesPart().run(files, DoubleInterpreter::evaluate, Precision.DOUBLE);
    assertAgrees(report);
    assertThat(report.notClaimed()).allMatch(name -> name.endsWith(".npz"));
  }

  private static void assertAgrees(PartReport report) {
    assertThat(report.failed()).as("%s", report).isEmpty();
    assertThat(report.passed()).as("%s", report).isPositive();
  }

  @TempDir Path folder;

  private PartReport reportOn(String name, double slope, String extra) throws IOException {
    Shape shape = Shape.of(2);
    Tensor x = Tensor.of(shape, 2, -3);
    Tensor v = Tensor.of(shape, 5, 7);
    Json.write(
        folder.resolve("g_ops.json"),
        Map.of(name, Map.of("shapes", List.of(List.of(2)), "out", List.of(2), "note", "")));
    Safetensors.write(
        folder.resolve("g_ops.safetensors"),
        Map.of(
            name + ".in0",
            x,
            name + ".v",
            v,
            name + ".u",
            v,
            name + ".out",
            Tensor.of(shape, 2, 0),
            name + ".grad0",
            Tensor.of(shape, (float) (5 * slope), 0),
            name + extra,
            Tensor.of(shape, 0, 0)));
    return Verification.run(folder, DoubleInterpreter::evaluate, Precision.DOUBLE).get(0);
  }

  @Test
  void reportsAWrongGradient() throws IOException {
    PartReport report = reportOn("relu", 1.01, ".second0");
    assertThat(report.agrees()).isFalse();
    assertThat(report.failed()).containsExactly("relu: grad0 is off by 9.9e-03 of 1e-06 allowed");
    assertThat(report)
        .hasToString(
            "g_ops: 0 passed, 1 failed, 0 not claimed, worst error 9.9e-03 of 1e-06 allowed"
                + " (relu grad0)");
  }

  @Test
  void passesARightOne() throws IOException {
    PartReport report = reportOn("relu", 1, ".second0");
    assertThat(report.passed()).isEqualTo(1);
    assertThat(report.agrees()).isTrue();
    assertThat(report.notClaimed()).isEmpty();
  }

  @Test
  void doesNotClaimAnUnknownOperator() throws IOException {
    PartReport report = reportOn("fourier", 1, ".second0");
    assertThat(report.passed()).isZero();
    assertThat(report.agrees()).isTrue();
    assertThat(report.notClaimed()).containsExactly("fourier");
  }

  @Test
  void doesNotClaimAnUnknownValue() throws IOException {
    assertThat(reportOn("relu", 1, ".third0").notClaimed()).containsExactly("third0 in 1 cases");
  }

  @Test
  void listsFilesThatNoPartReads() throws IOException {
    Files.writeString(folder.resolve("z_new.json"), "{}");
    List<PartReport> reports =
        Verification.run(folder, DoubleInterpreter::evaluate, Precision.DOUBLE);
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).notClaimed()).containsExactly("z_new");
  }

  @Test
  void neverPassesNan() {
    PartRecorder recorder = new PartRecorder("part", Precision.DOUBLE);
    Tolerance tolerance = Tolerance.single(1e-3);
    recorder.run("nan", test -> test.compare("x", Double.NaN, 1, tolerance));
    recorder.run("infinite", test -> test.compare("x", Double.POSITIVE_INFINITY, 1, tolerance));
    recorder.run("expected", test -> test.compare("x", 1, Double.NaN, tolerance));
    recorder.run("both", test -> test.compare("x", Double.NaN, Double.NaN, tolerance));
    recorder.run("size", test -> test.compare("x", new double[2], new double[3], tolerance));
    recorder.run(
        "thrown",
        test -> {
          throw new IllegalStateException("no");
        });
    PartReport report = recorder.report();
    assertThat(report.passed()).isEqualTo(1);
    assertThat(report.failed())
        .containsExactly(
            "nan: x is off by NaN of 1e-06 allowed",
            "infinite: x is off by Infinity of 1e-06 allowed",
            "expected: x is off by NaN of 1e-06 allowed",
            "size: x has 2 values, not 3",
            "thrown: java.lang.IllegalStateException: no");
  }

  @Test
  void valuesThatAreZeroExactlyMayCarryTheRoundingOfTheirKind() {
    PartRecorder recorder = new PartRecorder("part", Precision.SINGLE);
    Tolerance tolerance = Tolerance.single(1e-3);
    double[] zero = {1e-18, 0};
    recorder.run("small", test -> test.compare("x", new double[] {0, 9e-7}, zero, tolerance, 1));
    recorder.run("large", test -> test.compare("x", new double[] {0, 2e-6}, zero, tolerance, 1));
    assertThat(recorder.report().passed()).isEqualTo(1);
    assertThat(recorder.report().failed()).hasSize(1);
  }
}
