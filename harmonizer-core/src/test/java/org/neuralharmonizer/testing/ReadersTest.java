package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ReadersTest {
  @Test
  void jsonKeepsStructureTextAndNumbers() {
    Object value = Json.parse(" {\"a\": [1, -2.5e3, null, true], \"b\\u0041\\n\": {\"c\": NaN}} ");

    assertThat(Json.object(value))
        .containsEntry("a", Arrays.asList(1.0, -2500.0, null, true))
        .containsEntry("bA\n", Map.of("c", Double.NaN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[1,]", "{\"a\" 1}", "01", "[1] 2", "\"a", "nul", "{\"a\":1,\"a\":2}"})
  void jsonRefusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("json: expected ");
  }

  @Test
  void safetensorsHoldTheReferenceMaps() {
    Map<String, Tensor> maps =
        Safetensors.read(ReferenceData.folder("golden").resolve("c_maps.safetensors"));

    assertThat(maps.keySet()).containsExactlyInAnyOrder("A", "B", "H");
    assertThat(maps.get("A").shape()).isEqualTo(Shape.of(6, 32, 32));
  }
}
