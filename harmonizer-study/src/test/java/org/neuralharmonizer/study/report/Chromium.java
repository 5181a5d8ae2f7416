package org.neuralharmonizer.study.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real browser, where one is installed. */
public final class Chromium {
  private Chromium() {}

  /**
   * What a page has become after some seconds of its own time; skips the test without a browser.
   *
   * @param folder for what the browser keeps
   * @param more options, of which later ones win
   */
  public static String dump(Path folder, Path page, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(command(Files.createTempDirectory(folder, "profile")));
    command.add("--virtual-time-budget=5000");
    command.addAll(List.of(more));
    command.addAll(List.of("--dump-dom", page.toUri().toString()));
    Path output = folder.resolve("dom.html");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("log.txt").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("chromium did not end in 60 seconds");
    }
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  /** The browser with its usual options; skips the test without a browser. */
  static List<String> command(Path profile) {
    return List.of(
        chromium().toString(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=2000,1200",
        "--user-data-dir=" + profile);
  }

  private static Path chromium() {
    Optional<Path> found =
        Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
            .flatMap(
                place ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(place, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no chromium on the path: pages are not looked at in a browser");
    return found.orElseThrow();
  }
}
