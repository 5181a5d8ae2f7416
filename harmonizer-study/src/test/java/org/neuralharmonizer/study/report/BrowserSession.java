package org.neuralharmonizer.study.report;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page in a browser that runs in real time, frame by frame, and can be asked. */
public final class BrowserSession implements AutoCloseable {
  private static final int SECONDS = 30;
  private static final int PAUSE = 100;

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<String> answers;
  private int asked;

  private BrowserSession(Process process, WebSocket socket, BlockingQueue<String> answers) {
    this.process = process;
    this.socket = socket;
    this.answers = answers;
  }

  /** Opens a page; skips the test without a browser. */
  public static BrowserSession open(Path folder, Path page)
      throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory(folder, "profile");
    List<String> command = new ArrayList<>(Chromium.command(profile));
    command.addAll(List.of("--remote-debugging-port=0", page.toUri().toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    try {
      HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
      URI target = target(client, profile.resolve("DevToolsActivePort"), page);
      BlockingQueue<String> answers = new LinkedBlockingQueue<>();
      WebSocket socket = client.newWebSocketBuilder().buildAsync(target, new Whole(answers)).join();
      return new BrowserSession(process, socket, answers);
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static URI target(HttpClient client, Path port, Path page)
      throws IOException, InterruptedException {
    String name = Pattern.quote(String.valueOf(page.getFileName()));
    Pattern found =
        Pattern.compile(name + "\".*?\"webSocketDebuggerUrl\": *\"([^\"]+)\"", Pattern.DOTALL);
    for (int i = 0; i < SECONDS * 1000 / PAUSE; i++) {
      Thread.sleep(PAUSE);
      if (Files.exists(port) && Files.readAllLines(port).size() > 1) {
        URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
        HttpRequest request = HttpRequest.newBuilder(list).build();
        Matcher match =
            found.matcher(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (match.find()) {
          return URI.create(match.group(1));
        }
      }
    }
    throw new IOException("chromium did not show the page in " + SECONDS + " seconds");
  }

  /** The value of an expression as text. */
  public String evaluate(String expression) throws IOException, InterruptedException {
    asked++;
    String coded = Base64.getEncoder().encodeToString(expression.getBytes(StandardCharsets.UTF_8));
    String wrapped =
        "btoa(unescape(encodeURIComponent(String(eval(decodeURIComponent(escape(atob('"
            + coded
            + "'))))))))";
    socket
        .sendText(
            "{\"id\":%d,\"method\":\"Runtime.evaluate\",\"params\":{\"expression\":\"%s\"}}"
                .formatted(asked, wrapped),
            true)
        .join();
    for (int i = 0; i < SECONDS; i++) {
      String answer = answers.poll(1, TimeUnit.SECONDS);
      if (answer != null && answer.contains("\"id\":" + asked + ",")) {
        Matcher value = Pattern.compile("\"value\":\"([^\"]*)\"").matcher(answer);
        if (!value.find()) {
          throw new IOException("browser: " + answer);
        }
        return new String(Base64.getDecoder().decode(value.group(1)), StandardCharsets.UTF_8);
      }
    }
    throw new IOException("the browser did not answer in " + SECONDS + " seconds");
  }

  /** Waits until an expression is true; while a page is loading it may fail. */
  public void await(String expression, int seconds) throws IOException, InterruptedException {
    String last = "";
    for (int i = 0; i < seconds * 1000 / PAUSE; i++) {
      try {
        last = evaluate(expression);
      } catch (IOException loading) {
        last = String.valueOf(loading.getMessage());
      }
      if (last.equals("true")) {
        return;
      }
      Thread.sleep(PAUSE);
    }
    throw new IOException("not within %d seconds: %s, but %s".formatted(seconds, expression, last));
  }

  @Override
  public void close() {
    socket.abort();
    process.destroy();
    process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** Messages, put together from their parts. */
  private static final class Whole implements WebSocket.Listener {
    private final BlockingQueue<String> messages;
    private final StringBuilder parts = new StringBuilder();

    Whole(BlockingQueue<String> messages) {
      this.messages = messages;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        messages.add(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}
