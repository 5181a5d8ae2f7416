package org.neuralharmonizer.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.BagNet33;
import org.neuralharmonizer.nn.zoo.CifarResNet;
import org.neuralharmonizer.nn.zoo.ConvNeXtTiny;
import org.neuralharmonizer.nn.zoo.DenseNet121;
import org.neuralharmonizer.nn.zoo.EfficientNetB0;
import org.neuralharmonizer.nn.zoo.LeVit;
import org.neuralharmonizer.nn.zoo.MaxVit;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.nn.zoo.ResNet50;
import org.neuralharmonizer.nn.zoo.ResNet50V2;
import org.neuralharmonizer.nn.zoo.SqueezeNet;
import org.neuralharmonizer.nn.zoo.Vgg16;
import org.neuralharmonizer.nn.zoo.VisionTransformer;
import org.neuralharmonizer.tensor.Shape;

/** Every architecture of the zoo: narrow and shallow, on images as small as the strides allow. */
public final class SmallNetworks {
  private SmallNetworks() {}

  /** The networks by name. */
  public static Map<String, Classifier> all() {
    Map<String, Classifier> all = new LinkedHashMap<>();
    all.put("VGG16", Vgg16.of(32, 3).withWidth(0.03).classifier());
    all.put("ResNet50", ResNet50.of(33, 3).withBlocks(1, 2, 1, 1).withWidth(0.04).classifier());
    all.put("ResNet50V2", ResNet50V2.of(33, 3).withBlocks(2, 1, 1, 1).withWidth(0.04).classifier());
    all.put("EfficientNetB0", EfficientNetB0.of(64, 3).withWidth(0.05).withDepth(0.4).classifier());
    all.put("ViT", new VisionTransformer(8, 2, 2, 8, 16, 3).classifier());
    all.put("SqueezeNet 1.0", squeezeNet(SqueezeNet.Version.V1_0));
    all.put("SqueezeNet 1.1", squeezeNet(SqueezeNet.Version.V1_1));
    all.put("DenseNet", DenseNet121.of(32, 3).withBlocks(2, 2, 1).withGrowth(3).classifier());
    all.put("ConvNeXt", ConvNeXtTiny.of(32, 3).withBlocks(1, 1, 2, 1).withWidth(0.04).classifier());
    all.put("MobileNet", MobileNetV1.of(0.13, 64, 3).classifier());
    all.put("CIFAR ResNet", CifarResNet.of(8).withSize(12).withWidth(0.2).classifier());
    all.put("BagNet", BagNet33.of(47, 3).withBlocks(1, 2, 1, 1).withWidth(0.04).classifier());
    all.put(
        "reference CNN",
        ReferenceCnn.of(3).withImage(Shape.of(3, 12, 12)).withWidths(3, 4).classifier());
    all.put("LeViT", new LeVit(48, 3, List.of(8, 12), List.of(2, 3), 1, 4).classifier());
    all.put(
        "MaxViT", new MaxVit(64, 3, 4, List.of(1, 1, 1, 1), List.of(4, 4, 8, 8), 4).classifier());
    return all;
  }

  private static Classifier squeezeNet(SqueezeNet.Version version) {
    return SqueezeNet.of(version, 41, 3).withWidth(0.1).classifier();
  }
}
