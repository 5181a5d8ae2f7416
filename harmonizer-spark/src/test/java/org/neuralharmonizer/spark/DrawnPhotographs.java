package org.neuralharmonizer.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.study.comparison.NetworkEntry;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Pictures of noise with maps, some of three raters, in folders, and two small networks. */
public record DrawnPhotographs(String folder) implements StudyTask {
  private static final int CLASSES = 3;

  public static DrawnPhotographs in(Path folder, int count) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path maps = Files.createDirectories(folder.resolve("maps"));
    SeededRandom random = SeededRandom.of(7);
    for (int i = 0; i < count; i++) {
      String id = "p%03d".formatted(i);
      Images.write(
          images.resolve(id + ".png"),
          Tensor.generate(Shape.of(3, 20, 20), p -> (int) random.nextDouble(0, 256)));
      if (i % 5 == 0) {
        Npy.write(
            maps.resolve(id + ".npy"),
            Tensor.generate(Shape.of(3, 20, 20), p -> random.nextDouble(0, 1)));
      } else if (i % 5 != 4) {
        Npy.write(
            maps.resolve(id + ".npy"),
            Tensor.generate(Shape.of(20, 20), p -> random.nextDouble(0, 1)));
      }
    }
    for (int seed = 0; seed < 2; seed++) {
      ParameterFiles.save(
          folder.resolve("weights" + seed + ".safetensors"),
          ReferenceCnn.of(CLASSES)
              .withImage(Shape.of(3, 16, 16))
              .withWidths(4, 4)
              .classifier()
              .initialize(seed),
          Map.of());
    }
    return new DrawnPhotographs(folder.toString());
  }

  List<NetworkEntry> networks() {
    return List.of(network(0), network(1));
  }

  private NetworkEntry network(int seed) {
    return new NetworkEntry(
        "network " + seed,
        "reference_cnn_16",
        Path.of(folder, "weights" + seed + ".safetensors"),
        Optional.empty(),
        OptionalDouble.empty());
  }

  @Override
  public StudyProtocol protocol() throws IOException {
    return new StudyProtocol(
        PhotographFiles.in(Path.of(folder, "images"), Path.of(folder, "maps")),
        Optional.empty(),
        Saliency.asEvaluated(),
        1);
  }

  @Override
  public Backend backend(int threads) {
    return Backends.named("cpu", BackendOptions.defaults().withThreads(threads));
  }
}
