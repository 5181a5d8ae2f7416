package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.networks.NetworkCatalogue;
import org.neuralharmonizer.tensor.Shape;
import picocli.CommandLine.Option;

/** Which network, with which values, for which pixels. */
final class NetworkOptions {
  @Option(
      names = "--network",
      required = true,
      paramLabel = "NAME",
      description =
          "mobilenet_v1_WIDTH or mobilenet_v1_WIDTH_SIZE, such as mobilenet_v1_0.25 (224 x 224), "
              + "reference_cnn or reference_cnn_SIZE (64 x 64), or a network of docs/networks.md; an"
              + " .onnx file; or a .safetensors file that 'harmonize train' wrote.")
  private String network;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Keras .h5, .npz, .safetensors, .pth or .pt; an .onnx or .safetensors file as the network"
              + " brings its own.")
  private @Nullable Path weights;

  @Option(
      names = "--preprocessing",
      paramLabel = "TEXT",
      converter = PreprocessingText.class,
      description =
          "What becomes of pixels: unit, signed, imagenet, torchvision, caffe, raw, grey, or"
              + " 'channels=rgb range=1 mean=0,0,0 deviation=1,1,1 central=1'. Default: what the network was"
              + " trained with, where the name or the file says so.")
  private @Nullable Preprocessing preprocessing;

  @Option(
      names = "--dry-run",
      description = "Say what would be loaded, and whether it fits, and do nothing else.")
  private boolean dryRun;

  /** Whether the command ends here, having said what the network is. */
  boolean isDry(PrintWriter out) throws IOException {
    if (dryRun) {
      Network found = isTrained() ? trained() : untrained(1, 0);
      Shape image = found.classifier().image();
      out.printf(
          "%s: images %d × %d × %d, %s%n%d tensors of %d numbers from %s, all of which fit%npreprocessing: %s%n",
          found.name(),
          image.extent(0),
          image.extent(1),
          image.extent(2),
          isTrained() ? found.classifier().classes() + " classes" : "classes by the labels",
          found.parameters().paths().size(),
          found.parameters().count(),
          isTrained() ? source() : "the seed",
          found.preprocessing().text());
    }
    return dryRun;
  }

  /** Where the values come from, in words. */
  String source() {
    return weights == null ? network : weights.toString();
  }

  /** Whether the network comes with values. */
  boolean isTrained() {
    String name = network.toLowerCase(Locale.ROOT);
    return weights != null || name.endsWith(".onnx") || name.endsWith(".safetensors");
  }

  /** The network with its values. */
  Network trained() throws IOException {
    return NetworkCatalogue.open(network, weights, preprocessing);
  }

  /** The network with first values. */
  Network untrained(int classes, long seed) {
    Network first = NetworkCatalogue.untrained(network, classes, seed);
    return preprocessing == null ? first : first.withPreprocessing(preprocessing);
  }
}
