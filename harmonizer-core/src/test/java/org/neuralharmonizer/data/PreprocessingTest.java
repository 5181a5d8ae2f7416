package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.data.Preprocessing.Channels;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

final class PreprocessingTest {
  /** Two images of two pixels. */
  private static final Tensor PIXELS =
      Tensor.of(Shape.of(2, 3, 1, 2), 0, 255, 51, 102, 153, 204, 10, 20, 30, 40, 50, 60);

  @Test
  void presetsAreThoseOfKerasAndTorchvision() {
    assertThat(Preprocessing.unit().apply(PIXELS).at(0, 1, 0, 1)).isEqualTo(0.4f);
    assertThat(Preprocessing.signed().apply(PIXELS).at(0, 0, 0, 0)).isEqualTo(-1);
    assertThat(Preprocessing.signed().apply(PIXELS).at(0, 0, 0, 1)).isEqualTo(1);
    assertThat((double) Preprocessing.imagenet().apply(PIXELS).at(0, 2, 0, 0))
        .isCloseTo((0.6 - 0.406) / 0.225, within(1e-7));
    assertThat(Preprocessing.raw().apply(PIXELS)).isEqualTo(PIXELS);
    // keras.applications: blue first, less 103.939.
    assertThat(Preprocessing.caffe().apply(PIXELS).at(1, 0, 0, 1))
        .isEqualTo((float) (60 - 103.939));
    assertThat(Preprocessing.caffe().apply(PIXELS).at(1, 2, 0, 1)).isEqualTo((float) (20 - 123.68));
    // Pillow's convert("L"): 0.299, 0.587, 0.114.
    Tensor grey = Preprocessing.grey().apply(PIXELS);
    assertThat(grey.shape()).isEqualTo(Shape.of(2, 1, 1, 2));
    assertThat((double) grey.at(1, 0, 0, 0))
        .isCloseTo((0.299 * 10 + 0.587 * 30 + 0.114 * 50) / 255, within(1e-7));
  }

  @Test
  void travelsAsText() {
    Preprocessing.presets()
        .forEach(
            (name, preset) -> {
              assertThat(Preprocessing.parse(preset.text())).isEqualTo(preset);
              assertThat(Preprocessing.parse(name)).isEqualTo(preset);
            });
    assertThat(Preprocessing.grey().text())
        .isEqualTo("channels=grey range=1.0 mean=0.0 deviation=1.0 central=1.0");
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    assertThatThrownBy(() -> Preprocessing.parse("torch"))
        .hasMessage(
            "preprocessing \"torch\" is not understood — use one of [unit, signed, imagenet, torchvision, caffe,"
                + " raw, grey], or channels=rgb range=1 mean=0,0,0 deviation=1,1,1"
                + " central=1");
    assertThatThrownBy(
            () -> Preprocessing.parse("channels=rgb range=1 mean=0,0 deviation=1,1,1 central=1"))
        .hasMessageContaining("is not understood");
    assertThatThrownBy(() -> new Preprocessing(Channels.GREY, 1, List.of(0.0), List.of(0.0), 1))
        .hasMessageContaining("one deviation above 0 for each channel");
    assertThatThrownBy(() -> Preprocessing.unit().withCentralShare(0))
        .hasMessageContaining("a share of 0.0 of the central square");
    assertThatThrownBy(() -> Preprocessing.unit().apply(Tensor.zeros(Shape.of(1, 4, 4))))
        .hasMessageContaining("pixels are [1, 4, 4]");
  }
}
