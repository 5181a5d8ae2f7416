package org.neuralharmonizer.spark;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark for tests: in this process, or with executors of their own. */
final class Clusters {
  private Clusters() {}

  static JavaSparkContext inThisProcess(int threads) {
    return start("local[" + threads + "]", Map.of());
  }

  /** As many executors of one core each; the build prepares a home for Spark, and names it. */
  static JavaSparkContext ofProcesses(int executors, Map<String, String> more) {
    String home = System.getenv("SPARK_HOME");
    assumeTrue(
        home != null && Files.isDirectory(Path.of(home, "jars")),
        "skipped: executors in processes of their own need SPARK_HOME, which the build sets");
    return start("local-cluster[" + executors + ",1,1024]", more);
  }

  static JavaSparkContext start(String master, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.driver.host", "localhost");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    // They live for seconds: the optimizing compiler would cost more than it saves.
    settings.put(
        "spark.executor.extraJavaOptions",
        "--add-modules jdk.incubator.vector -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    settings.put("spark.executor.memory", "512m");
    settings.put("spark.shuffle.compress", "false");
    settings.put("spark.broadcast.compress", "false");
    settings.putAll(more);
    SparkConf conf = new SparkConf().setMaster(master).setAppName("test");
    settings.forEach(conf::set);
    ExchangePlugin.addTo(conf);
    return new JavaSparkContext(conf);
  }
}
