package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

final class ExplainCommandTest {
  @TempDir private Path folder;
  private TinyPhotographs tiny;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
  }

  private Command explain(Object... more) {
    Object[] arguments = {
      "explain", "--network", TinyPhotographs.NETWORK, "--weights", tiny.weights(), "--out", out()
    };
    Object[] all = new Object[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Command.run(all);
  }

  private Path out() {
    return folder.resolve("explained");
  }

  private Path picture(int i) {
    return tiny.images().resolve("p" + i + ".png");
  }

  @ParameterizedTest
  @EnumSource(ExplanationOptions.Method.class)
  void everyExplanationGivesAMap(ExplanationOptions.Method method) throws IOException {
    Command command = explain("--explanation", Words.word(method), picture(0), picture(1));
    assertThat(command.err()).isEmpty();
    assertThat(command.out()).contains("p0", "p1");
    Tensor map = Npy.read(out().resolve("p1.npy"));
    assertThat(map.shape()).isEqualTo(Shape.of(16, 16));
    assertThat(map).isNotEqualTo(Tensor.zeros(map.shape()));
    assertThat(Images.read(out().resolve("p1.png")).shape()).isEqualTo(Shape.of(3, 16, 16));
  }

  /** The gradient of the same score is the one that align scores. */
  @Test
  void theClassIsThePredictedOneOrTheOneGiven() throws IOException {
    Path json = folder.resolve("explained.json");
    explain("--json", json, picture(2));
    Tensor own = Npy.read(out().resolve("p2.npy"));
    Map<String, Object> image =
        Json.object(Json.list(Json.object(Json.read(json)).get("images")).get(0));
    int predicted = (int) Json.number(image.get("class"));
    explain("--class", predicted, picture(2));
    assertThat(Npy.read(out().resolve("p2.npy"))).isEqualTo(own);
    explain("--class", (predicted + 1) % 3, picture(2));
    assertThat(Npy.read(out().resolve("p2.npy"))).isNotEqualTo(own);
  }

  @Test
  void wrongUseIsOneClearLine() {
    assertThat(explain("--class", 3, picture(0)).err()).contains("has classes 0 to 2");
    assertThat(explain(picture(0), picture(0)).err()).contains("two maps would have one name");
    assertThat(explain().err()).contains("Missing required parameter");
    assertThat(explain("--explanation", "lime", picture(0)).err())
        .contains("expected one of saliency, input-times-gradient");
    assertThat(explain(folder.resolve("none.png")).err()).contains("none.png");
  }
}
