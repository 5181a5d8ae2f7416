package org.neuralharmonizer.study.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.expr.Expr;

/** Operators in other sizes and settings than those of the published reference. */
class OperatorCatalogueTest {

  @ParameterizedTest(name = "{0}, {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "conv7x7_stride3_same;2 3 10 11, 4 3 7 7;2 4 4 4;TensorFlow SAME padding",
        "conv3x5_stride12;2 3 8 9, 4 3 3 5;2 4 8 5;pad (1,2)",
        "conv3x5_stride12;2 3 8 9, 4 3 3 5;2 4 8 5;''",
        "conv_dilated3;1 2 9 9, 2 2 3 3;1 2 9 9;dilation 3",
        "conv_groups3;1 6 5 5, 3 2 3 3, 3;1 3 5 5;groups 3",
        "conv_depthwise;1 6 5 4, 6 1 7 7;1 6 5 4;pad 3",
        "maxpool3;1 2 9 10;1 2 3 3;''",
        "maxpool2_s1_p1;1 2 3 4;1 2 4 5;''",
        "maxpool3_s2_p1_ceil;1 2 6 8;1 2 4 5;ceil mode",
        "avgpool2_s2_p1_excl;1 2 3 4;1 2 2 3;''",
        "groupnorm4;1 8 3 3, 8, 8;1 8 3 3;eps 1e-3",
        "leaky002;2 3;2 3;''",
        "softmax_axis2;2 3 4;2 3 4;''",
        "concat;2 3 1, 2 3 2, 2 3 4;2 3 7;axis 2",
        "slice;6 5 4;3 2 4;'[::2,-3:-1]'",
        "pad;1 1 2 2;1 1 5 4;left 0 right 2 top 1 bottom 2",
        "std_biased;2 3 4 5;2 3;''",
        "amax;2 3 4;2;''"
      })
  void areBuiltFromTheirEntry(String name, String shapes, String out, String note) {
    OperatorCase operator = operator(name, shapes, out, note);
    Expr built = OperatorCatalogue.build(operator);
    assertThat(built).isNotNull();
    assertThat(built.shape()).isEqualTo(operator.out);
  }

  @ParameterizedTest(name = "{0}, {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "conv3x3;1 2 9 9, 2 2 3 3;1 2 4 4;pad 5",
        "conv_transposed;1 2 4 4, 2 2 3 3;1 2 9 9;''",
        "maxpool2;1 2 4 4;1 2 3 3;''",
        "avgpool3_s2_ceil_incl;1 2 6 6;1 2 3 3;ceil mode",
        "transpose;2 3 4 5;5 4 3 2;''",
        "bn_eval;1 2 3 3, 2, 2, 2, 2;1 2 3 3;variance = exp in4",
        "fft;4;4;''"
      })
  void areNotClaimedWhereTheEntrySaysSomethingElse(
      String name, String shapes, String out, String note) {
    assertThat(OperatorCatalogue.build(operator(name, shapes, out, note))).isNull();
  }

  private static OperatorCase operator(String name, String shapes, String out, String note) {
    List<Object> operands =
        Arrays.stream(shapes.split(", ")).<Object>map(OperatorCatalogueTest::extents).toList();
    return new OperatorCase(name, Map.of("shapes", operands, "out", extents(out), "note", note));
  }

  private static List<Integer> extents(String text) {
    return Arrays.stream(text.split(" ")).map(Integer::valueOf).toList();
  }
}
