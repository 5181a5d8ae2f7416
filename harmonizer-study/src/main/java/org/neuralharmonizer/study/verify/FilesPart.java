package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.io.DoubleArray;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.io.TfRecords;
import org.neuralharmonizer.tensor.Tensor;

/** Small files of arrays and records, as the programs that define the formats read them. */
final class FilesPart implements Part {
  private static final String EXPECTED = "expected.json";

  /** What is read is what was written. */
  private static final Tolerance EXACT = new Tolerance(0, 0);

  /** Tensors are floats: half a unit in the last place of larger integers. */
  private static final Tolerance FLOATS = new Tolerance(6e-8, 6e-8);

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.at("npy").has(EXPECTED) && folder.at("tfrecord").has(EXPECTED);
  }

  @Override
  public PartReport run(ReferenceFiles folder, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("files", precision);
    ReferenceFiles arrays = folder.at("npy");
    arrays
        .json(EXPECTED)
        .forEach(
            (name, array) ->
                recorder.run(
                    name,
                    test -> {
                      if (name.endsWith(".npy")) {
                        npy(test, arrays, name, Values.object(array));
                      }
                    }));
    ReferenceFiles records = folder.at("tfrecord");
    for (String file : records.names()) {
      if (file.endsWith(".tfrecord")) {
        Object expected = records.json(EXPECTED).get(file.replace(".tfrecord", ""));
        recorder.run(
            file, test -> test.same("records", records(records, file), Values.list(expected)));
      }
    }
    ReferenceFiles tensors = folder.at("safetensors");
    tensors
        .json(EXPECTED)
        .forEach(
            (name, values) ->
                recorder.run(
                    name, test -> safetensors(test, tensors, name, Values.object(values))));
    return recorder.report();
  }

  private static void npy(
      PartRecorder.Case test, ReferenceFiles folder, String name, Map<String, Object> expected) {
    DoubleArray array = read(() -> Npy.readDoubles(folder.folder().resolve(name)));
    List<Integer> shape = new ArrayList<>();
    for (int axis = 0; axis < array.shape().rank(); axis++) {
      shape.add(array.shape().extent(axis));
    }
    List<Integer> wanted =
        Values.list(expected.get("shape")).stream().map(Values::integer).toList();
    test.same("shape", shape, wanted);
    double[] values =
        Values.list(expected.get("c_order_values")).stream()
            .mapToDouble(each -> python(String.valueOf(each)))
            .toArray();
    test.compare("values", array.toArray(), values, EXACT);
  }

  /** A number as Python prints it. */
  private static double python(String text) {
    return switch (text) {
      case "True" -> 1;
      case "False" -> 0;
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static List<Object> records(ReferenceFiles folder, String name) {
    return read(
        () -> {
          List<Object> texts = new ArrayList<>();
          try (TfRecords file = TfRecords.open(folder.folder().resolve(name))) {
            for (Optional<byte[]> one = file.next(); one.isPresent(); one = file.next()) {
              texts.add(new String(one.get(), StandardCharsets.UTF_8));
            }
          }
          return texts;
        });
  }

  private static void safetensors(
      PartRecorder.Case test, ReferenceFiles folder, String name, Map<String, Object> expected) {
    Map<String, Tensor> found = read(() -> Safetensors.read(folder.folder().resolve(name)));
    test.same("names", found.keySet(), expected.keySet());
    expected.forEach(
        (tensor, json) -> {
          double[] values =
              Values.list(Values.object(json).get("values")).stream()
                  .mapToDouble(Values::number)
                  .toArray();
          test.compare(tensor, Values.doubles(Values.tensor(found, tensor)), values, FLOATS);
        });
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
