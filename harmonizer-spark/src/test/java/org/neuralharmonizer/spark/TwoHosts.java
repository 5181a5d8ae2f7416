package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A standalone cluster whose two workers have addresses of their own, of this machine's loopback
 * network: Spark makes no speculative copies on the host where the original runs.
 */
final class TwoHosts implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();
  private final String master;

  private TwoHosts(String master) {
    this.master = master;
  }

  static TwoHosts start(Path folder) throws IOException {
    int port = freePort();
    int webPort = freePort();
    TwoHosts cluster = new TwoHosts("spark://127.0.0.1:" + port);
    cluster.run(
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        "" + port,
        "--webui-port",
        "" + webPort);
    cluster.await(URI.create("http://127.0.0.1:" + webPort + "/json/"), "ALIVE");
    for (String host : List.of("127.0.0.1", "127.0.0.2")) {
      cluster.run(
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          host,
          "--port",
          "0",
          "--webui-port",
          "0",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          folder.resolve(host).toString(),
          cluster.master);
    }
    return cluster;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  /** Who asks a master that is not yet in charge gets no answer and asks again after 20 seconds. */
  private void await(URI master, String state) throws IOException {
    while (processes.get(0).isAlive()) {
      try (InputStream page = master.toURL().openStream()) {
        if (new String(page.readAllBytes(), StandardCharsets.UTF_8).contains(state)) {
          return;
        }
      } catch (ConnectException e) {
        // Not yet.
      }
      pause();
    }
    throw new IOException("the master has ended");
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  JavaSparkContext context(Map<String, String> more) {
    return Clusters.start(master, more);
  }

  private void run(String program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                program));
    command.addAll(List.of(arguments));
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** Ends workers before the master, and with them their executors. */
  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).destroy();
    }
  }
}
