package org.neuralharmonizer.study.networks;

import static java.util.Map.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.BagNet33;
import org.neuralharmonizer.nn.zoo.CifarResNet;
import org.neuralharmonizer.nn.zoo.ConvNeXtTiny;
import org.neuralharmonizer.nn.zoo.DenseNet121;
import org.neuralharmonizer.nn.zoo.EfficientNetB0;
import org.neuralharmonizer.nn.zoo.LeVit;
import org.neuralharmonizer.nn.zoo.MaxVit;
import org.neuralharmonizer.nn.zoo.ResNet50;
import org.neuralharmonizer.nn.zoo.ResNet50V2;
import org.neuralharmonizer.nn.zoo.SqueezeNet;
import org.neuralharmonizer.nn.zoo.Vgg16;
import org.neuralharmonizer.nn.zoo.VisionTransformer;
import org.neuralharmonizer.tensor.Tensor;

/**
 * An architecture of {@code nn.zoo} with a fixed depth and width, from weights under its own names,
 * which for most are those of torchvision or timm.
 */
record ZooNetworks(String name, Kind kind, int size) implements Architecture {
  private static final int IMAGENET_SIZE = 224;
  private static final int CIFAR_SIZE = 32;
  private static final int IMAGENET_CLASSES = 1000;
  private static final int CIFAR_CLASSES = 10;

  /** What training in PyTorch leaves beside the weights. */
  private static final String COUNTER = ".num_batches_tracked";

  /** Before every name in files of networks that were trained on several devices. */
  private static final String PARALLEL = "module.";

  private interface Builder {
    Classifier build(int size, int classes);
  }

  /** From the arrays of Keras, {@code layer/variable}. */
  private interface FromKeras {
    Parameters converted(Map<String, Tensor> arrays);
  }

  /** The layouts of Keras that are read. */
  private static final Map<String, FromKeras> KERAS =
      Map.of(
          "vgg16", Vgg16::fromKeras,
          "resnet50v2", ResNet50V2::fromKeras,
          "efficientnet_b0_keras", EfficientNetB0::fromKeras,
          "vit_ti16", VisionTransformer::fromKeras,
          "vit_s16", VisionTransformer::fromKeras,
          "vit_b16", VisionTransformer::fromKeras,
          "convnext_tiny", ConvNeXtTiny::fromKeras,
          "levit_128", LeVit::fromKeras,
          "maxvit_tiny", MaxVit::fromKeras);

  /**
   * @param bias the parameter whose length is the number of classes
   * @param usualSize of an image
   */
  record Kind(
      Preprocessing preprocessing, String bias, int usualSize, int usualClasses, Builder builder) {}

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          entry("vgg16", signed("predictions.bias", (s, k) -> Vgg16.of(s, k).classifier())),
          entry("resnet50", imagenet("fc.bias", (s, k) -> ResNet50.of(s, k).classifier())),
          entry(
              "resnet50v2", signed("predictions.bias", (s, k) -> ResNet50V2.of(s, k).classifier())),
          entry(
              "efficientnet_b0",
              imagenet("classifier.bias", (s, k) -> EfficientNetB0.of(s, k).classifier())),
          entry(
              "efficientnet_b0_keras",
              imagenet("classifier.bias", (s, k) -> inKeras(s, k).classifier())),
          entry("levit_128", imagenet("head.bias", (s, k) -> LeVit.of128(s, k).classifier())),
          entry(
              "maxvit_tiny",
              imagenet("predictions.bias", (s, k) -> MaxVit.tiny(s, k).classifier())),
          entry(
              "vit_ti16",
              imagenet("head.bias", (s, k) -> VisionTransformer.tiny(s, k).classifier())),
          entry(
              "vit_s16",
              imagenet("head.bias", (s, k) -> VisionTransformer.small(s, k).classifier())),
          entry(
              "vit_b16",
              imagenet("head.bias", (s, k) -> VisionTransformer.base(s, k).classifier())),
          entry(
              "densenet121",
              imagenet("classifier.bias", (s, k) -> DenseNet121.of(s, k).classifier())),
          entry(
              "convnext_tiny",
              imagenet("head.fc.bias", (s, k) -> ConvNeXtTiny.of(s, k).classifier())),
          entry("bagnet33", imagenet("fc.bias", (s, k) -> BagNet33.of(s, k).classifier())),
          entry("squeezenet1_0", squeezeNet(SqueezeNet.Version.V1_0)),
          entry("squeezenet1_1", squeezeNet(SqueezeNet.Version.V1_1)),
          entry("cifar_resnet20", cifar(20)),
          entry("cifar_resnet32", cifar(32)),
          entry("cifar_resnet44", cifar(44)),
          entry("cifar_resnet56", cifar(56)),
          entry("cifar_resnet110", cifar(110)));

  private static Kind imagenet(String bias, Builder builder) {
    return new Kind(Preprocessing.imagenet(), bias, IMAGENET_SIZE, IMAGENET_CLASSES, builder);
  }

  private static Kind signed(String bias, Builder builder) {
    return new Kind(Preprocessing.signed(), bias, IMAGENET_SIZE, IMAGENET_CLASSES, builder);
  }

  private static EfficientNetB0 inKeras(int size, int classes) {
    return EfficientNetB0.of(size, classes).withPort(EfficientNetB0.Port.TENSORFLOW);
  }

  private static Kind squeezeNet(SqueezeNet.Version version) {
    return imagenet("classifier.1.bias", (s, k) -> SqueezeNet.of(version, s, k).classifier());
  }

  private static Kind cifar(int depth) {
    Builder builder = (s, k) -> CifarResNet.of(depth).withSize(s).withClasses(k).classifier();
    return new Kind(Preprocessing.imagenet(), "linear.bias", CIFAR_SIZE, CIFAR_CLASSES, builder);
  }

  /** The names, in order. */
  static String names() {
    return String.join(", ", KINDS.keySet().stream().sorted().toList());
  }

  /** NAME or NAME_SIZE; null if there is none of that name. */
  static @Nullable ZooNetworks named(String name) {
    Kind kind = KINDS.get(name);
    if (kind != null) {
      return new ZooNetworks(name, kind, kind.usualSize());
    }
    int last = name.lastIndexOf('_');
    String unsized = last < 0 ? name : name.substring(0, last);
    Kind sized = last < 0 ? null : KINDS.get(unsized);
    String digits = name.substring(last + 1);
    return sized == null || !digits.matches("\\d{1,4}")
        ? null
        : new ZooNetworks(unsized, sized, Integer.parseInt(digits));
  }

  @Override
  public Preprocessing preprocessing() {
    return kind.preprocessing();
  }

  /** Without counters, and without the prefix of networks trained on several devices. */
  @Override
  public Parameters named(Map<String, Tensor> arrays) {
    if (arrays.keySet().stream().anyMatch(array -> array.contains("/"))) {
      FromKeras keras = KERAS.get(name);
      if (keras == null) {
        throw new IllegalArgumentException(
            "the arrays are named as by Keras, whose layout is read for %s"
                .formatted(KERAS.keySet().stream().sorted().toList()));
      }
      return keras.converted(arrays);
    }
    boolean isParallel =
        !arrays.isEmpty() && arrays.keySet().stream().allMatch(path -> path.startsWith(PARALLEL));
    Map<String, Tensor> values = new LinkedHashMap<>();
    arrays.forEach(
        (path, value) -> {
          if (!path.endsWith(COUNTER)) {
            values.put(isParallel ? path.substring(PARALLEL.length()) : path, value);
          }
        });
    return Parameters.of(values);
  }

  @Override
  public Classifier classifierFor(Map<String, Tensor> values) {
    return classifier(Architecture.rows(values, kind.bias(), kind.usualClasses()));
  }

  @Override
  public Classifier classifier(int classes) {
    return kind.builder().build(size, classes);
  }
}
