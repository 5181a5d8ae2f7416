package org.neuralharmonizer.cuda;

import java.util.stream.Stream;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.SqueezeExcite;
import org.neuralharmonizer.nn.TokenEmbedding;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.nn.zoo.ReferenceCnn.Normalization;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.SmallTask;
import org.neuralharmonizer.train.TrainStep;

/** Harmonized training steps as this backend gets them, of networks of every architecture. */
final class StepPrograms {
  private static final int BATCH = 8;
  private static final int SIZE = 224;
  private static final int CLASSES = 1000;
  private static final int FEW = 10;
  private static final long MEMORY = 1L << 40;

  private StepPrograms() {}

  static Stream<Program> all() {
    return Stream.of(
            SmallTask.classifier(),
            ReferenceCnn.of(FEW).classifier(),
            ReferenceCnn.of(FEW).withNormalization(Normalization.BATCH).classifier(),
            MobileNetV1.of(1, SIZE, CLASSES).classifier(),
            residual(),
            squeezing(),
            transformer())
        .map(StepPrograms::step);
  }

  private static Program step(Classifier classifier) {
    try (CudaBackend backend =
            new CudaBackend(new RecordingDevice(MEMORY), BackendOptions.defaults());
        TrainStep step =
            TrainStep.of(
                HarmonizerObjective.asInReleasedCode(classifier),
                Sgd.withNesterovMomentum(0.9),
                classifier.initialize(0),
                BATCH,
                Mode.TRAINING,
                backend)) {
      return step.program();
    }
  }

  /** The first blocks of a ResNet. */
  private static Classifier residual() {
    Sequential branch =
        normalized("conv1", Conv.pointwise(64, 32).withStride(2), 32)
            .then(Activation.RELU)
            .then(normalized("conv2", Conv.of(32, 32, 3).withPadding(Padding.symmetric(1)), 32))
            .then(Activation.RELU)
            .then(normalized("conv3", Conv.pointwise(32, 128), 128));
    Sequential shortcut = normalized("shortcut", Conv.pointwise(64, 128).withStride(2), 128);
    Conv stem = Conv.of(3, 64, 7).withStride(2).withPadding(Padding.symmetric(3));
    return classifier(
        normalized("stem", stem, 64)
            .then(Activation.RELU)
            .then(MaxPool.of(3).withStride(2).withPadding(Padding.symmetric(1)))
            .then("block", Residual.of(branch).withShortcut(shortcut))
            .then(Activation.RELU)
            .then(Shaping.GLOBAL_AVERAGE)
            .then("head", Dense.of(128, CLASSES)));
  }

  /** The first blocks of an EfficientNet. */
  private static Classifier squeezing() {
    Conv depthwise = Conv.depthwise(96, 5).withPadding(Padding.same());
    Sequential branch =
        normalized("expand", Conv.pointwise(16, 96), 96)
            .then(Activation.SWISH)
            .then(normalized("depthwise", depthwise, 96))
            .then(Activation.SWISH)
            .then("squeeze", SqueezeExcite.of(96, 4).withActivation(Activation.SWISH))
            .then(normalized("project", Conv.pointwise(96, 16), 16));
    Conv stem = Conv.of(3, 16, 3).withStride(2).withPadding(Padding.same());
    return classifier(
        normalized("stem", stem, 16)
            .then(Activation.SWISH)
            .then("block", Residual.of(branch))
            .then(Shaping.GLOBAL_AVERAGE)
            .then("head", Dense.of(16, CLASSES)));
  }

  /** The first block of a vision transformer. */
  private static Classifier transformer() {
    Sequential attention =
        Sequential.empty()
            .then("norm1", LayerNorm.of(96))
            .then("attention", MultiHeadAttention.of(96, 3));
    Sequential perceptron =
        Sequential.empty()
            .then("norm2", LayerNorm.of(96))
            .then("widen", Dense.of(96, 384))
            .then(Activation.GELU)
            .then("narrow", Dense.of(384, 96));
    return classifier(
        Sequential.empty()
            .then("patches", Conv.of(3, 96, 16).withStride(16))
            .then(Shaping.TOKENS)
            .then(TokenEmbedding.of(96))
            .then("attend", Residual.of(attention))
            .then("think", Residual.of(perceptron))
            .then("norm", LayerNorm.of(96))
            .then(Shaping.FIRST_TOKEN)
            .then("head", Dense.of(96, CLASSES)));
  }

  private static Classifier classifier(Sequential network) {
    return Classifier.of(network, Shape.of(3, SIZE, SIZE), CLASSES);
  }

  private static Sequential normalized(String name, Conv conv, int channels) {
    return Sequential.empty()
        .then(name, conv.withBias(Bias.NONE))
        .then(name + "_bn", BatchNorm.of(channels));
  }
}
