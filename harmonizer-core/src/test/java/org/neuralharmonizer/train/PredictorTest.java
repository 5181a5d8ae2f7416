package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

class PredictorTest {
  private final Backend backend = SmallTask.backend(1);
  private final Classifier classifier = SmallTask.classifier();
  private final Predictor predictor =
      Predictor.of(classifier, classifier.initialize(1), backend, 4);

  @AfterEach
  void close() {
    predictor.close();
    backend.close();
  }

  @Test
  void theSizeOfBatchesDoesNotMatter() {
    Tensor images = SmallTask.noise(SmallTask.IMAGE.within(7), 3);
    try (Predictor single = Predictor.of(classifier, classifier.initialize(1), backend, 1)) {
      Tensor expected = single.logits(images);
      Tensor actual = predictor.logits(images);
      assertThat(actual.shape()).isEqualTo(expected.shape());
      for (int i = 0; i < expected.size(); i++) {
        // Another shape may be summed in another order: a few dozen roundings of values near 1.
        assertThat(actual.value(i)).isCloseTo(expected.value(i), within(1e-5f));
      }
    }
  }

  @Test
  void layersTellWhatTheyGave() {
    Tensor images = SmallTask.noise(SmallTask.IMAGE.within(7), 3);
    assertThat(predictor.activations("conv1", images).shape()).isEqualTo(Shape.of(7, 4, 8, 8));
    assertThat(predictor.activations("fc", images)).isEqualTo(predictor.logits(images));
    assertThatThrownBy(() -> predictor.activations("conv9", images))
        .hasMessageContaining("there is no layer \"conv9\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 3 8 8", "3 8 8", "2 3 9 8", "2 1 8 8", ""})
  void imagesThatDoNotFitAreRefused(String extents) {
    int[] shape =
        extents.isEmpty()
            ? new int[0]
            : Arrays.stream(extents.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    Tensor images = Tensor.zeros(Shape.of(shape));
    assertThatThrownBy(() -> predictor.logits(images))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "predictor: images are %s, the network takes N × [3, 8, 8] — give at least one, of"
                + " that size",
            images.shape());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void asManyLabelsAsImagesAreNeeded(int labels) {
    Tensor images = Tensor.zeros(SmallTask.IMAGE.within(2));
    assertThatThrownBy(
            () ->
                predictor.explain(Saliency.asTrained(), images, Tensor.zeros(Shape.of(labels, 3))))
        .isInstanceOf(ShapeException.class)
        .hasMessage("predictor: labels are [%d, 3], 2 images of 3 classes need [2, 3]", labels);
  }

  @Test
  void pixelsThatAreNoNumbersSpoilTheirImageOnly() {
    Tensor noise = SmallTask.noise(SmallTask.IMAGE.within(2), 3);
    Tensor images = Tensor.generate(noise.shape(), i -> i == 200 ? Double.NaN : noise.value(i));
    Tensor logits = predictor.logits(images);
    assertThat(logits.slice(0)).isEqualTo(predictor.logits(noise).slice(0));
    assertThat(logits.at(1, 0)).isNaN();
    assertThat(predictor.classes(images)[1]).isZero();
  }

  @Test
  void aClosedOneIsOfNoUse() {
    predictor.close();
    assertThatThrownBy(() -> predictor.logits(Tensor.zeros(SmallTask.IMAGE.within(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("predictor: it is closed — open another");
  }
}
