package org.neuralharmonizer.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Dropout;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Ten noise images of three classes, and a network with everything that depends on the batch. */
public final class SmallTask {
  static final Shape IMAGE = Shape.of(3, 8, 8);
  static final int CLASSES = 3;
  static final int SIZE = 10;

  private SmallTask() {}

  public static Classifier classifier() {
    return Classifier.of(
        Sequential.empty()
            .then("conv1", Conv.of(3, 4, 3).withPadding(Padding.symmetric(1)).withBias(Bias.NONE))
            .then("bn1", BatchNorm.of(4))
            .then(Activation.RELU)
            .then(MaxPool.of(2))
            .then("drop1", Dropout.of(0.3))
            .then("conv2", Conv.of(4, 4, 3).withPadding(Padding.symmetric(1)))
            .then(Activation.RELU)
            .then(Shaping.FLATTEN)
            .then("drop2", Dropout.of(0.3))
            .then("fc", Dense.of(64, CLASSES)),
        IMAGE,
        CLASSES);
  }

  public static HarmonizerObjective objective() {
    return HarmonizerObjective.asInReleasedCode(classifier())
        .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(2));
  }

  /** Ten steps of four images, the third and eighth of them across the end of an epoch. */
  public static Harmonizer.Builder settings() {
    return Harmonizer.of(objective())
        .learningRate(LearningRateSchedule.warmUpCosine(0.1, 1, 4))
        .batch(4)
        .epochs(4)
        .seed(5);
  }

  /** All images but one have a map. */
  public static LabeledImages images() {
    double[] weights = new double[SIZE];
    Arrays.setAll(weights, i -> i == 3 ? 0 : 1);
    return unmapped(SIZE).withMaps(noise(Shape.of(SIZE, 8, 8), 2), weights);
  }

  static LabeledImages unmapped(int count) {
    int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    return LabeledImages.of(noise(IMAGE.within(count), 1), labels, CLASSES);
  }

  static Tensor noise(Shape shape, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return Tensor.generate(shape, i -> random.nextDouble(-1, 1));
  }

  static Backend backend(int threads) {
    return Backends.named("cpu", BackendOptions.defaults().withThreads(threads));
  }

  /** Keeps what it hears. */
  static class Recorder implements TrainingListener {
    final List<Step> steps = new ArrayList<>();
    final List<Epoch> epochs = new ArrayList<>();

    @Override
    public void stepped(Step step) {
      steps.add(step);
    }

    @Override
    public void epochEnded(Epoch epoch) {
      epochs.add(epoch);
    }

    List<TrainingListener.Losses> losses() {
      return steps.stream().map(TrainingListener.Step::losses).toList();
    }
  }

  /** Keeps the last checkpoint in memory, and fails when told to. */
  static final class MemoryStore implements CheckpointStore {
    private Optional<Checkpoint> last = Optional.empty();
    private long failing = -1;

    void failAt(long step) {
      failing = step;
    }

    @Override
    public void save(Checkpoint checkpoint) throws IOException {
      if (checkpoint.step() == failing) {
        throw new IOException("No space left on device");
      }
      last = Optional.of(checkpoint);
    }

    @Override
    public Optional<Checkpoint> latest() {
      return last;
    }
  }
}
