package org.neuralharmonizer.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.cli.Cluster;
import org.neuralharmonizer.study.cli.RemoteCommand;
import org.neuralharmonizer.study.cli.RemoteTraining;
import org.neuralharmonizer.study.comparison.Scoring;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.ShareSums;

/** The commands' {@code --spark}. */
public final class SparkCluster implements Cluster {
  private final JavaSparkContext context;
  private final List<Runnable> closing = new ArrayList<>();

  private SparkCluster(JavaSparkContext context) {
    this.context = context;
  }

  /** Found by the command line. */
  public static final class Provider implements Cluster.Provider {
    @Override
    public Cluster connect(String master) {
      SparkConf conf = new SparkConf();
      if (!master.isEmpty()) {
        conf.setMaster(master);
      } else if (!conf.contains("spark.master")) {
        throw new IllegalArgumentException(
            "--spark: no master — name one, such as local[2], or start the command by spark-submit");
      }
      conf.setIfMissing("spark.app.name", "harmonize");
      conf.setIfMissing("spark.log.level", "WARN");
      conf.setIfMissing("spark.ui.showConsoleProgress", "false");
      // Weights and gradients are noise to compressors.
      conf.setIfMissing("spark.broadcast.compress", "false");
      conf.setIfMissing("spark.shuffle.compress", "false");
      conf.setIfMissing("spark.executor.extraJavaOptions", "--add-modules jdk.incubator.vector");
      ExchangePlugin.addTo(conf);
      if (!conf.contains("spark.submit.deployMode") && !conf.contains("spark.jars")) {
        // Started without spark-submit, on a machine whose paths the executors share.
        conf.setIfMissing("spark.executor.extraClassPath", ownClassPath());
      }
      return new SparkCluster(new JavaSparkContext(conf));
    }

    /** Executors start in folders of their own. */
    private static String ownClassPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private record Study(RemoteCommand command) implements StudyTask {
    @Override
    public StudyProtocol protocol() throws IOException {
      return command.protocol();
    }

    @Override
    public Backend backend(int threads) {
      return command.backend(threads);
    }
  }

  private record Training(RemoteCommand command) implements TrainingTask {
    @Override
    public Run run() throws IOException {
      RemoteTraining training = command.training(1);
      return new Run(training.harmonizer(), training.images(), training.files());
    }

    @Override
    public Backend backend(int threads) {
      return command.backend(threads);
    }
  }

  @Override
  public Scoring scoring(RemoteCommand command) {
    SparkStudy study = SparkStudy.of(context, new Study(command));
    closing.add(study::close);
    return study;
  }

  @Override
  public ShareSums sums(RemoteCommand command, Division division) {
    SparkShareSums sums =
        new SparkShareSums(context, new Training(command), division, Executors.PATIENCE);
    closing.add(sums::close);
    return sums;
  }

  @Override
  public String description() {
    return "Spark " + context.version() + " at " + context.master();
  }

  @Override
  public void close() {
    closing.forEach(Runnable::run);
    context.close();
  }
}
