package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @TempDir Path folder;

  @Test
  void readsEveryKindOfValue() throws IOException {
    String text =
        " {\"a\": [1, -2.5e3, true, false, null, \"\\u00e9\\n\\ud83d\\ude00/\"],\n\"b\":{}} ";
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("a", Arrays.asList(1L, -2500.0, true, false, null, "é\n😀/"));
    expected.put("b", Map.of());
    assertThat(Json.parse(text)).isEqualTo(expected);
    assertThat(Json.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parse("9223372036854775808")).isEqualTo(0x1p63);
    assertThat(Json.parse("-0")).isEqualTo(-0.0);
    assertThat(Json.parse("[]")).isEqualTo(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "0x1",
        "-",
        "NaN",
        "Infinity",
        "1e999",
        "tru",
        "nulll",
        "1 2",
        "[1]]",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "// 1",
        "[1 /* */]",
        "\ufeff1",
        "\u00a01",
        "{\"a\":1,\"a\":2}",
        "\"\\u\uff11\uff11\uff11\uff11\""
      })
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("parse JSON: line 1, column ")
        .hasMessageEndingWith(" — correct the text");
  }

  @Test
  void namesLineAndColumn() {
    assertThatThrownBy(() -> Json.parse("[\n  1,\n  x\n]"))
        .hasMessage("parse JSON: line 3, column 3: expected a value — correct the text");
  }

  @Test
  void nestingIsBounded() throws IOException {
    String deepest = "[".repeat(Json.DEPTH) + "]".repeat(Json.DEPTH);
    assertThat(Json.format(Json.parse(deepest))).isEqualTo(deepest);
    for (String opening : List.of("[", "{\"a\":")) {
      assertThatThrownBy(() -> Json.parse(opening.repeat(1_000_000)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("nested deeper than 128 levels");
    }
  }

  @Test
  @Timeout(20)
  void costIsLinear() throws IOException {
    assertThatThrownBy(() -> Json.parse("1".repeat(10_000_000)))
        .hasMessageContaining("a number of more than 400 characters");
    assertThat((String) Json.parse("\"" + "\\n".repeat(1_000_000) + "\"")).hasSize(1_000_000);
    assertThat((List<?>) Json.parse("[" + "1,".repeat(1_000_000) + "1]")).hasSize(1_000_001);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0.0",
    "-0.0, -0.0",
    "1.0, 1.0",
    "0.1, 0.1",
    "1.0E-6, 0.000001",
    "1e23, 1E+23",
    "2e-3, 0.002",
    "123456789012345680000, 123456789012345680000.0",
    "1e21, 1E+21",
    "2.2250738585072014E-308, 2.2250738585072014E-308",
    "4.9E-324, 5E-324"
  })
  void numbersGetTheFewestDigits(double value, String text) {
    assertThat(Json.format(value)).isEqualTo(text);
  }

  @Test
  void numbersSurviveTheRoundTrip() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      float single = Float.intBitsToFloat(random.nextInt());
      if (Double.isFinite(value) && Float.isFinite(single)) {
        assertThat(Json.parse(Json.format(value))).isEqualTo(value);
        assertThat(((Double) Json.parse(Json.format(single))).floatValue()).isEqualTo(single);
      }
    }
    assertThat(Json.format(0.1f)).isEqualTo("0.1");
  }

  @Test
  void orderIsThatOfTheMapOrSorted() throws IOException {
    Map<String, Object> ordered = new LinkedHashMap<>();
    ordered.put("z", 1);
    ordered.put("a", List.of("x", 2.5));
    assertThat(Json.format(ordered)).isEqualTo("{\"z\":1,\"a\":[\"x\",2.5]}");
    assertThat(Json.format(Json.parse(Json.format(ordered)))).isEqualTo(Json.format(ordered));
    assertThat(Json.format(Map.of("z", 1, "a", 2, "m", 3))).isEqualTo("{\"a\":2,\"m\":3,\"z\":1}");
    assertThat(Json.formatIndented(ordered))
        .isEqualTo("{\n  \"z\": 1,\n  \"a\": [\n    \"x\",\n    2.5\n  ]\n}");
    assertThat(Json.formatIndented(Collections.emptyList())).isEqualTo("[]");
  }

  @Test
  void refusesValuesThatJsonLacks() {
    List<Object> cyclic = new java.util.ArrayList<>();
    cyclic.add(cyclic);
    for (Object value :
        List.of(
            Double.NaN, Float.POSITIVE_INFINITY, new Object(), Map.of(1, 2), cyclic, "\ud800")) {
      assertThatThrownBy(() -> Json.format(value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("write JSON: ");
    }
  }

  @Test
  void readsAndWritesFiles() throws IOException {
    Path file = folder.resolve("a.json");
    Json.write(file, Map.of("naïve \"\\\n\u0001", 1));
    assertThat(file).content().isEqualTo("{\n  \"naïve \\\"\\\\\\n\\u0001\": 1\n}\n");
    assertThat(Json.read(file)).isEqualTo(Map.of("naïve \"\\\n\u0001", 1L));
    Files.write(file, new byte[] {'"', (byte) 0xff, '"'});
    assertThatThrownBy(() -> Json.read(file)).hasMessageContaining("is not UTF-8");
    Files.writeString(file, "{");
    assertThatThrownBy(() -> Json.read(file))
        .hasMessage(
            "read \"%s\": the file is not JSON: line 1, column 2: unexpected end — check the file",
            file);
  }

  @Test
  void survivesDamage() throws IOException {
    byte[] valid =
        Json.formatIndented(List.of(Map.of("a", 1.5, "b", "é\n"), true))
            .getBytes(StandardCharsets.UTF_8);
    new Hostile(folder.resolve("a.json"), Json::read, 1 << 20).cut(valid).flip(valid, 2000, 1);
  }
}
