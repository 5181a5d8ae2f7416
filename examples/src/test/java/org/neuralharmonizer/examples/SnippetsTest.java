package org.neuralharmonizer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Java in the documents is taken from examples, which run. */
final class SnippetsTest {
  // Surefire runs in the folder of the module.
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```");

  @TestFactory
  Stream<DynamicTest> everySnippetIsPartOfAnExample() throws IOException {
    List<String> sources = sources();
    return Stream.of(
            "README.md", "docs/getting-started.md", "docs/explanations.md", "docs/losses.md")
        .flatMap(
            document ->
                snippets(ROOT.resolve(document))
                    .map(
                        snippet ->
                            dynamicTest(
                                document + ": " + snippet.lines().findFirst().orElse(""),
                                () ->
                                    assertThat(sources)
                                        .as(snippet)
                                        .anyMatch(each -> each.contains(normalized(snippet))))));
  }

  private static Stream<String> snippets(Path document) {
    try {
      return JAVA.matcher(Files.readString(document)).results().map(match -> match.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("examples/src"))) {
      List<Path> java = files.filter(each -> each.toString().endsWith(".java")).toList();
      return java.stream().map(SnippetsTest::normalizedFile).toList();
    }
  }

  private static String normalizedFile(Path file) {
    try {
      return normalized(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Indentation and line breaks aside. */
  private static String normalized(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }
}
