package org.neuralharmonizer.study.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The frame of a page, with style and scripts from the class path inside. */
final class Page {
  /** Which scripts a page needs. */
  enum Scripts {
    NONE,
    CHARTS
  }

  private static final String D3 = "/META-INF/resources/webjars/d3/7.9.0/";

  private Page() {}

  static String of(String title, String main, String footer, Scripts scripts) {
    String page =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="%s">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        <h1>%2$s</h1>
        %s
        </main>
        %s
        %s</body>
        </html>
        """;
    return page.formatted(
        Html.POLICY, Html.text(title), resource("report.css"), main, footer, code(scripts));
  }

  private static String code(Scripts scripts) {
    if (scripts == Scripts.NONE) {
      return "";
    }
    return "<!--\nD3 7.9.0\n"
        + resource(D3 + "LICENSE").replace("--", "- -")
        + "-->\n"
        + script(resource(D3 + "dist/d3.min.js"))
        + script(resource("report.js"));
  }

  private static String script(String code) {
    assert !code.toLowerCase(Locale.ROOT).contains("</script");
    return "<script>\n" + code + "\n</script>\n";
  }

  private static String resource(String name) {
    try (InputStream stream = Page.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(
            "report: " + name + " is not on the class path — add org.webjars.npm:d3:7.9.0");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "report: cannot read " + name + " from the class path", failure);
    }
  }
}
