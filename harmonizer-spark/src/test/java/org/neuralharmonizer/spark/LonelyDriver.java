package org.neuralharmonizer.spark;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.neuralharmonizer.io.SafetensorsCheckpoints;
import org.neuralharmonizer.train.Division;

/** A driver in a process of its own, to be killed. */
final class LonelyDriver {
  static final int EPOCHS = 12;
  static final long STEPS = (long) EPOCHS * SmallRun.IMAGES / 8;

  private LonelyDriver() {}

  /** The small run, with a checkpoint at every step. */
  record Run(String checkpoints) implements TrainingTask {
    @Override
    public TrainingTask.Run run() {
      SafetensorsCheckpoints store = SafetensorsCheckpoints.in(Path.of(checkpoints));
      return new TrainingTask.Run(
          new SmallRun(EPOCHS).builder().checkpoints(store, 1).build(), SmallRun.images());
    }
  }

  static Process start(Path checkpoints) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LonelyDriver.class.getName(),
            checkpoints.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  public static void main(String[] arguments) {
    try (JavaSparkContext context = Clusters.inThisProcess(2)) {
      SparkTrainer.of(context, new Run(arguments[0]), Division.synchronous(2)).fit();
    }
  }
}
