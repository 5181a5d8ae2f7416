package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.io.ClickMeReader;
import org.neuralharmonizer.io.ClickMeRecord;
import org.neuralharmonizer.tensor.Tensor;

/** Records of ClickMe, whole and damaged, as TensorFlow reads them; they need no evaluator. */
final class ClickMePart implements Part {
  private static final String EXPECTED = "expected.json";

  /** Grey levels: JPEG decoders round their cosine transforms differently. */
  private static final double GREY_LEVELS = 1;

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.has("clickme-0.tfrecords") && folder.has(EXPECTED);
  }

  @Override
  public PartReport run(ReferenceFiles folder, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("ClickMe's records", precision);
    Map<String, Tensor> tensors = folder.tensors("expected.safetensors");
    List<Object> facts = Values.list(folder.json(EXPECTED).get("records"));
    List<ClickMeRecord> records =
        read(folder, folder.names().stream().filter(each -> each.matches("clickme-\\d+\\..*")));
    recorder.run("number", test -> test.same("records", records.size(), facts.size()));
    for (int i = 0; i < Math.min(records.size(), facts.size()); i++) {
      ClickMeRecord record = records.get(i);
      Map<String, Object> fact = Values.object(facts.get(i));
      Tensor map = Values.tensor(tensors, "heatmap_" + i);
      recorder.run(
          record.id(),
          test -> {
            test.same("label", record.label().orElse(-1), Values.integer(fact.get("label")));
            double off = greatest(MapPreparation.asReleased().apply(record.heatmap()), map);
            test.same("map within a grey level", off <= GREY_LEVELS, true);
          });
    }
    ClickMeRecord first = records.get(0);
    recorder.run(
        "gzip", test -> test.same("image", one(folder, "clickme-gzip").image(), first.image()));
    recorder.run(
        "no label",
        test -> {
          ClickMeRecord unlabeled = one(folder, "variant-nolabel-extra");
          test.same("label", unlabeled.label().isPresent(), false);
          test.same("map", unlabeled.heatmap(), first.heatmap());
        });
    recorder.run("empty", test -> test.same("records", all(folder, "variant-empty").size(), 0));
    for (String damaged : List.of("variant-truncated", "variant-badcrc")) {
      recorder.run(damaged, test -> test.same("refused", isRefused(folder, damaged), true));
    }
    return recorder.report();
  }

  private static double greatest(Tensor actual, Tensor expected) {
    double greatest = actual.shape().equals(expected.shape()) ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
      greatest = Math.max(greatest, Math.abs(actual.value(i) - expected.value(i)));
    }
    return greatest;
  }

  private static boolean isRefused(ReferenceFiles folder, String shard) {
    try {
      all(folder, shard);
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  private static ClickMeRecord one(ReferenceFiles folder, String shard) {
    return all(folder, shard).get(0);
  }

  private static List<ClickMeRecord> all(ReferenceFiles folder, String shard) {
    return read(folder, Stream.of(shard + ".tfrecords"));
  }

  private static List<ClickMeRecord> read(ReferenceFiles folder, Stream<String> names) {
    List<Path> shards = names.map(folder.folder()::resolve).toList();
    List<ClickMeRecord> records = new ArrayList<>();
    try (ClickMeReader reader = ClickMeReader.of(shards)) {
      for (Optional<ClickMeRecord> one = reader.next(); one.isPresent(); one = reader.next()) {
        records.add(one.get());
      }
      return records;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
