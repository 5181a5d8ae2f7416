package org.neuralharmonizer.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.EfficientNetB0;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.nn.zoo.ReferenceCnn.Normalization;
import org.neuralharmonizer.nn.zoo.ResNet50;
import org.neuralharmonizer.nn.zoo.Vgg16;
import org.neuralharmonizer.nn.zoo.VisionTransformer;
import org.neuralharmonizer.tensor.Shape;

/**
 * The networks that are measured, in the sizes at which they are published; one on images so small
 * that little but the cost of the calls is left.
 */
public enum Network {
  REFERENCE_CNN(() -> ReferenceCnn.of(Network.FEW).classifier()),
  REFERENCE_CNN_BN(
      () -> ReferenceCnn.of(Network.FEW).withNormalization(Normalization.BATCH).classifier()),
  REFERENCE_CNN_32(() -> ReferenceCnn.of(Network.FEW).withImage(Shape.of(3, 32, 32)).classifier()),
  RESNET50(() -> ResNet50.of(Network.SIZE, Network.IMAGENET).classifier()),
  VGG16(() -> Vgg16.of(Network.SIZE, Network.IMAGENET).classifier()),
  EFFICIENTNET_B0(() -> EfficientNetB0.of(Network.SIZE, Network.IMAGENET).classifier()),
  MOBILENET_V1(() -> MobileNetV1.of(1, Network.SIZE, Network.IMAGENET).classifier()),
  VIT_S16(() -> VisionTransformer.small(Network.SIZE, Network.IMAGENET).classifier()),
  VIT_B16(() -> VisionTransformer.base(Network.SIZE, Network.IMAGENET).classifier());

  private static final int FEW = 10;
  private static final int SIZE = 224;
  private static final int IMAGENET = 1000;

  private final Supplier<Classifier> classifier;

  Network(Supplier<Classifier> classifier) {
    this.classifier = classifier;
  }

  /**
   * The network; for 224 × 224 and 1000 classes, the reference CNN for 64 × 64 or 32 × 32 and 10.
   */
  public Classifier classifier() {
    return classifier.get();
  }

  /** In lower case, as on command lines and in tables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The network of a word.
   *
   * @throws IllegalArgumentException if there is none, listing those there are
   */
  public static Network of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no network \"%s\" — use one of %s"
                        .formatted(word, Arrays.stream(values()).map(Network::word).toList())));
  }
}
