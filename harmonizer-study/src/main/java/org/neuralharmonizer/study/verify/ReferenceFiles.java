package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.tensor.Tensor;

/** The files of one folder of reference data. */
record ReferenceFiles(Path folder) {

  boolean has(String name) {
    return Files.isRegularFile(folder.resolve(name));
  }

  /** Names of files and folders, sorted. */
  List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(each -> each.getFileName().toString()).sorted().toList();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  ReferenceFiles at(String name) {
    return new ReferenceFiles(folder.resolve(name));
  }

  Map<String, Object> json(String name) {
    try {
      return Values.object(Json.read(folder.resolve(name)));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  List<Object> list(String name) {
    try {
      return Values.list(Json.read(folder.resolve(name)));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  Map<String, Tensor> tensors(String name) {
    try {
      return Safetensors.read(folder.resolve(name));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
