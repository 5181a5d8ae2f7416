package org.neuralharmonizer.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.ProductPrecision;

/**
 * What one line of the comparison measures, in words that both sides understand: {@code bench=harm
 * model=resnet50 batch=1 threads=2}.
 */
record Case(Map<String, String> words) {
  private static final int MAPS = 32;
  private static final int SIZE = 224;
  private static final int RATERS = 20;
  private static final int SPLITS = 1000;

  /** MiB. */
  private static final int COPIED = 1024;

  /**
   * From arguments {@code key=value}.
   *
   * @throws IllegalArgumentException if one is not of that form
   */
  static Case of(String... arguments) {
    Map<String, String> words = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("\"" + argument + "\" is not of the form key=value");
      }
      words.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return new Case(words);
  }

  String bench() {
    return word("bench", "");
  }

  /** The backend's name; a device has the name of the backend that runs on it. */
  String backend() {
    return word("backend", word("device", "cpu"));
  }

  /**
   * What the backend may use: threads, and digits, which the peer calls {@code fp32}, {@code tf32}
   * and {@code bf16}; the last means large values between steps.
   */
  BackendOptions options() {
    BackendOptions full = BackendOptions.defaults().withThreads(threads());
    BackendOptions rounded = full.withProductPrecision(ProductPrecision.TENSOR_FLOAT);
    String precision = word("precision", "fp32");
    return switch (precision) {
      case "fp32" -> full;
      case "tf32" -> rounded;
      case "bf16" -> rounded.withActivations(ActivationFormat.BFLOAT16);
      default ->
          throw new IllegalArgumentException(
              "there is no precision \"%s\" — use fp32, tf32 or bf16".formatted(precision));
    };
  }

  int threads() {
    return number("threads", 1);
  }

  int number(String key, int otherwise) {
    return Integer.parseInt(word(key, String.valueOf(otherwise)));
  }

  double seconds(String key, double otherwise) {
    return Double.parseDouble(word(key, String.valueOf(otherwise)));
  }

  String word(String key, String otherwise) {
    return words.getOrDefault(key, otherwise);
  }

  /**
   * The work it stands for.
   *
   * @throws IllegalArgumentException if there is no such work
   */
  Work work(Backend backend) {
    return switch (bench()) {
      case "harm" -> NetworkWork.harmonizedStep(network(), batch(), backend);
      case "train" -> NetworkWork.plainStep(network(), batch(), backend);
      case "saliency" -> NetworkWork.saliency(network(), batch(), backend);
      case "pyramid" ->
          word("data", "host").equals("resident")
              ? PyramidWork.resident(maps(), size(), backend)
              : PyramidWork.towardsTargets(maps(), size(), result(), backend);
      case "pyramid-both" ->
          PyramidWork.both(maps(), size(), PyramidWork.Order.PYRAMID_FIRST, result(), backend);
      case "pyramid-released" ->
          PyramidWork.both(
              maps(), size(), PyramidWork.Order.STANDARDIZATION_FIRST, result(), backend);
      case "gemm" -> GemmBenchmark.product(size(), backend);
      case "copy" -> ProgramWork.copy(number("size", COPIED), backend);
      case "spearman" -> AlignmentWork.spearman(AlignmentWork.Ties.NONE);
      case "spearman-ties" -> AlignmentWork.spearman(AlignmentWork.Ties.MANY);
      case "split-half" ->
          AlignmentWork.splitHalf(number("raters", RATERS), number("splits", SPLITS), threads());
      default ->
          throw new IllegalArgumentException(
              "there is no bench \"%s\" — use harm, train, saliency, pyramid, pyramid-both, pyramid-released, gemm, copy, spearman, spearman-ties or split-half"
                  .formatted(bench()));
    };
  }

  Network network() {
    return Network.of(word("model", ""));
  }

  int batch() {
    return number("batch", 1);
  }

  private int maps() {
    return number("batch", MAPS);
  }

  private int size() {
    return number("size", SIZE);
  }

  private PyramidWork.Result result() {
    return word("result", "gradient").equals("loss")
        ? PyramidWork.Result.LOSS
        : PyramidWork.Result.LOSS_AND_GRADIENT;
  }
}
