package org.neuralharmonizer.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ElementwiseRulesTest {
  private static final float NAN = Float.NaN;

  /** NaN on either side is the result, as in NumPy. */
  @ParameterizedTest
  @CsvSource({"Max, 2", "Min, 1"})
  void extremaKeepNaN(String operator, float ofNumbers) throws IOException {
    OnnxModel.Node described =
        new OnnxModel.Node("", "", operator, List.of("a", "b"), List.of("y"));
    OnnxNode node = OnnxNode.of(described, 13, WireMessage.parse(new byte[0]), ExternalData.none());
    Operand a = Operand.known(Tensor.of(Shape.of(3), 1, NAN, 1), ElementKind.REAL);
    Operand b = Operand.known(Tensor.of(Shape.of(3), 2, 2, NAN), ElementKind.REAL);
    try (Folding folding = new Folding()) {
      Call call = new Call(node, List.of(a, b), folding, Batch.free(), Context.of(Mode.INFERENCE));
      Rule rule = Objects.requireNonNull(Operators.rule(node));
      assertThat(folding.value(rule.apply(call).get(0).expr()).toArray())
          .containsExactly(ofNumbers, NAN, NAN);
    }
  }
}
