package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class KerasWeightsTest {
  @TempDir Path folder;

  @Test
  void aRealModelEqualsItsArrays() throws IOException {
    Path reference = ReferenceData.folder("model-mobilenet025-imagenet");
    Map<String, Tensor> weights = KerasWeights.read(reference.resolve("mobilenet_v1_0.25_224.h5"));
    Map<String, Tensor> expected = Npz.read(reference.resolve("weights.npz"));
    assertThat(weights).hasSize(137).isEqualTo(expected);
    assertThat(weights.keySet()).containsExactlyElementsOf(expected.keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test_file.hdf5",
        "test_compressed_chunked_datasets_earliest.hdf5",
        "test_chunked_datasets_latest.hdf5",
        "test_multidimensional_array.hdf5",
        "test_string_datasets_latest.hdf5"
      })
  void readsTheReferenceDatasets(String name) throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("hdf5");
    Map<?, ?> files = (Map<?, ?>) Json.read(reference.resolve("expected.json"));
    Map<?, ?> datasets = (Map<?, ?>) files.get(name);
    assertThat(datasets).isNotEmpty();
    for (Map.Entry<?, ?> dataset : datasets.entrySet()) {
      String path = (String) dataset.getKey();
      Map<?, ?> expected = (Map<?, ?>) dataset.getValue();
      if (expected.get("sum") == null) {
        assertThatThrownBy(() -> dataset(reference.resolve(name), path))
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining("no numbers");
      } else {
        assertDataset(dataset(reference.resolve(name), path), expected);
      }
    }
  }

  private static Tensor dataset(Path file, String path) throws IOException {
    return Hdf5File.use(
        file, ReadLimits.standard(), hdf5 -> hdf5.tensor((Dataset) hdf5.node(hdf5.root(), path)));
  }

  private static void assertDataset(Tensor actual, Map<?, ?> expected) {
    List<?> shape = (List<?>) expected.get("shape");
    assertThat(actual.shape().extents())
        .isEqualTo(shape.stream().mapToInt(n -> ((Long) n).intValue()).toArray());
    double sum = 0;
    for (float value : actual.toArray()) {
      sum += value;
    }
    // All are whole numbers, whose sums are exact.
    assertThat(sum).isEqualTo(((Number) expected.get("sum")).doubleValue());
    List<?> first = (List<?>) expected.get("first");
    for (int i = 0; i < first.size(); i++) {
      assertThat(actual.value(i)).isEqualTo(Float.parseFloat((String) first.get(i)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "conv1, conv1/kernel:0, conv1/kernel",
    "dense, sequential/dense/kernel, dense/kernel",
    "attention, attention/query/kernel:0, attention/query/kernel",
    "conv1, conv1_1/kernel:0, conv1/conv1_1/kernel",
    "mobilenet, conv1/kernel:0, mobilenet/conv1/kernel",
    "dense, kernel:0, dense/kernel",
    "a, b/a, a/b/a"
  })
  void weightsAreNamedByLayerAndVariable(String layer, String weight, String name) {
    assertThat(KerasWeights.name(layer, weight)).isEqualTo(name);
  }

  @Test
  void readsWeightsOnlyWithSplitNames() throws IOException {
    Path file = folder.resolve("a.h5");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putAttribute("layer_names0", new String[] {"dense", "relu"});
      hdf5.putAttribute("layer_names1", new String[] {"out"});
      layer(hdf5, "dense", new float[][] {{1, 2, 3}, {4, 5, 6}});
      layer(hdf5, "out", new double[] {7, 8});
      hdf5.putGroup("relu");
    }
    Map<String, Tensor> weights = KerasWeights.read(file);
    assertThat(weights)
        .isEqualTo(
            Map.of(
                "dense/kernel", Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6),
                "out/kernel", Tensor.of(Shape.of(2), 7, 8)));
    assertThat(weights.keySet()).containsExactly("dense/kernel", "out/kernel");
    assertThatThrownBy(() -> KerasWeights.read(file, ReadLimits.standard().withDecodedBytes(31)))
        .hasMessageContaining("the limit is 31");
  }

  private static void layer(WritableGroup model, String name, Object kernel) {
    WritableGroup layer = model.putGroup(name);
    layer.putAttribute("weight_names", new String[] {name + "/kernel:0"});
    layer.putGroup(name).putDataset("kernel:0", kernel);
  }

  @Test
  void readsTheFormatOfKeras3() throws IOException {
    Path file = folder.resolve("a.weights.h5");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      WritableGroup vars = hdf5.putGroup("layers").putGroup("dense").putGroup("vars");
      vars.putDataset("0", new float[] {1, 2});
      vars.putDataset("1", new int[] {3});
      hdf5.putGroup("optimizer").putGroup("vars").putDataset("0", new float[] {9});
    }
    assertThat(KerasWeights.read(file))
        .isEqualTo(
            Map.of("dense/0", Tensor.of(Shape.of(2), 1, 2), "dense/1", Tensor.of(Shape.of(1), 3)));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Path file = folder.resolve("a.h5");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putAttribute("layer_names", new String[] {"dense"});
    }
    assertThatThrownBy(() -> KerasWeights.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("there is nothing at \"/dense\"");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putDataset("x", new float[] {1});
    }
    assertThatThrownBy(() -> KerasWeights.read(file))
        .hasMessageContaining("it holds no Keras weights — give a .h5 file saved by Keras");
    Files.writeString(file, "not HDF5 at all");
    assertThatThrownBy(() -> KerasWeights.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("not a whole HDF5 file");
    assertThatThrownBy(() -> KerasWeights.read(folder.resolve("none.h5")))
        .hasMessageContaining("no such file");
  }

  @Test
  @Timeout(120)
  void survivesDamage() throws IOException {
    Path file = folder.resolve("a.h5");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putAttribute("layer_names", new String[] {"dense", "out"});
      layer(hdf5, "dense", new float[20][30]);
      layer(hdf5, "out", new float[] {7, 8});
    }
    byte[] valid = Files.readAllBytes(file);
    new Hostile(file, KerasWeights::read, 64 << 20).cut(valid).flip(valid, 1500, 11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test_compressed_chunked_datasets_earliest.hdf5",
        "test_chunked_datasets_latest.hdf5"
      })
  @Timeout(120)
  void survivesDamageOfChunkedDatasets(String name) throws IOException {
    byte[] valid =
        Files.readAllBytes(ReferenceData.folder("file-formats").resolve("hdf5").resolve(name));
    Path file = folder.resolve("a.h5");
    new Hostile(file, KerasWeightsTest::readAll, 64 << 20).cut(valid).flip(valid, 500, 12);
  }

  @Test
  @Timeout(120)
  void survivesDamageOfARealModel() throws IOException {
    Path reference = ReferenceData.folder("model-mobilenet025-imagenet");
    byte[] valid = Files.readAllBytes(reference.resolve("mobilenet_v1_0.25_224.h5"));
    Path file = folder.resolve("a.h5");
    new Hostile(file, KerasWeights::read, 256 << 20).flip(valid, 100, 13);
  }

  private static Object readAll(Path file) throws IOException {
    return Hdf5File.use(
        file,
        ReadLimits.standard(),
        hdf5 -> {
          Group root = hdf5.root();
          for (Map.Entry<String, Dataset> dataset : hdf5.datasets(root)) {
            hdf5.tensor(dataset.getValue());
          }
          return root;
        });
  }
}
