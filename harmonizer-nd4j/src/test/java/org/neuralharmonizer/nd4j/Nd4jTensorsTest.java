package org.neuralharmonizer.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class Nd4jTensorsTest {
  @Test
  void valuesSurviveInAnyOrder() {
    Tensor tensor = Tensor.generate(Shape.of(2, 3, 4), i -> i);
    INDArray array = Nd4jTensors.toINDArray(tensor);
    assertThat(array.shape()).containsExactly(2, 3, 4);
    assertThat(Nd4jTensors.of(array)).isEqualTo(tensor);
    assertThat(Nd4jTensors.of(array.dup('f'))).isEqualTo(tensor);
    INDArray turned = array.permute(2, 0, 1);
    assertThat(Nd4jTensors.of(turned).at(3, 1, 2)).isEqualTo(tensor.at(1, 2, 3));
    INDArray part =
        array.get(NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.interval(1, 3));
    assertThat(Nd4jTensors.of(part)).isEqualTo(Tensor.of(Shape.of(3, 2), 13, 14, 17, 18, 21, 22));
    array.putScalar(0, 99);
    assertThat(tensor.value(0)).isZero();
  }

  @Test
  void scalarsHaveRankZero() {
    assertThat(Nd4jTensors.of(Nd4j.scalar(2.5f))).isEqualTo(Tensor.scalar(2.5));
    INDArray scalar = Nd4jTensors.toINDArray(Tensor.scalar(2.5));
    assertThat(scalar.rank()).isZero();
    assertThat(scalar.getFloat(0)).isEqualTo(2.5f);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DOUBLE", "HALF", "INT", "BOOL"})
  void otherTypesAreNamedWithTheRemedy(DataType type) {
    INDArray array = Nd4j.create(type, 2, 2);
    assertThatThrownBy(() -> Nd4jTensors.of(array))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "nd4j array: it holds "
                + type
                + ", tensors hold FLOAT — convert it by castTo(DataType.FLOAT)");
  }

  @Test
  void aClosedArraySaysSo() {
    INDArray array = Nd4j.create(DataType.FLOAT, 3);
    array.close();
    assertThatThrownBy(() -> Nd4jTensors.of(array))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it has been closed — copy what is needed");
  }

  @Test
  void aViewIsTheArrayItself() {
    INDArray array = Nd4j.createFromArray(1f, 2, 3, 4).reshape(2, 2);
    FloatBuffer view = Nd4jTensors.view(array);
    assertThat(view.remaining()).isEqualTo(4);
    array.putScalar(3, 9);
    assertThat(view.get(3)).isEqualTo(9);
    view.put(0, 7);
    assertThat(array.getFloat(0)).isEqualTo(7);
    INDArray row = array.getRow(1);
    assertThat(Nd4jTensors.view(row).get(0)).isEqualTo(3);
    assertThatThrownBy(() -> Nd4jTensors.view(array.transpose()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dense and in 'c' order")
        .hasMessageContaining("copy it by dup('c')");
  }
}
