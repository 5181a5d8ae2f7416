package org.neuralharmonizer.spark;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    TwoHosts cluster = new TwoHosts("spark://127.0.0.1:" + port);
    cluster.run(
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        "" + port,
        "--webui-port",
        "0");
    cluster.awaitMaster(port);
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

  private void awaitMaster(int port) throws IOException {
    while (processes.get(0).isAlive()) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (ConnectException e) {
        pause();
      }
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
