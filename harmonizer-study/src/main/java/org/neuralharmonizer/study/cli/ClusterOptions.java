package org.neuralharmonizer.study.cli;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether many machines do the work. */
final class ClusterOptions {
  @Option(
      names = "--spark",
      arity = "0..1",
      paramLabel = "MASTER",
      fallbackValue = "",
      description =
          "Compute on Apache Spark, at a master such as local-cluster[2,1,2048]; without one, where"
              + " spark-submit says. All machines must see the files at the same paths.")
  private @Nullable String spark;

  boolean used() {
    return spark != null;
  }

  Cluster connect() {
    if (spark == null) {
      throw new IllegalStateException("no cluster was asked for");
    }
    String master = spark;
    return ServiceLoader.load(Cluster.Provider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--spark: harmonizer-spark is not on the class path — use ./harmonize, or add"
                        + " the module and Spark"))
        .connect(master);
  }
}
