package org.neuralharmonizer.bench;

import java.util.stream.IntStream;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainStep;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Steps of ten images, batch norm by running statistics, in which the first few have maps and
 * nothing else costs second derivatives; none is a plain step.
 */
public class MapBranchBenchmark extends BackendBenchmark {
  private static final int BATCH = 10;

  /** The network. */
  @Param({"REFERENCE_CNN", "RESNET50"})
  public Network network = Network.REFERENCE_CNN;

  /** How many images have a map. */
  @Param({"0", "2", "5", "10"})
  public int mapped;

  @Override
  Work work(Backend on) {
    Classifier classifier = network.classifier();
    HarmonizerObjective objective = NetworkWork.objective(classifier);
    double[] weights = IntStream.range(0, BATCH).mapToDouble(i -> i < mapped ? 1 : 0).toArray();
    LabeledImages all = Samples.images(classifier, BATCH);
    LabeledImages.Batch images = all.withMaps(all.all().maps(), weights).all();
    TrainStep step =
        TrainStep.of(
            mapped == 0 ? objective.withLambda1(0) : objective,
            Sgd.plain(),
            Samples.parameters(classifier),
            BATCH,
            Math.max(1, mapped),
            Mode.INFERENCE,
            on);
    SeededRandom random = SeededRandom.of(0);
    return new Work() {
      @Override
      public Object run() {
        return step.run(images, 0, random);
      }

      @Override
      public void close() {
        step.close();
      }
    };
  }

  /** One step. */
  @Benchmark
  public Object step() {
    return run();
  }
}
