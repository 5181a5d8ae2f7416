package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

final class ContextTest {
  private static final Shape PICTURE = Shape.of(8, 3, 64, 64);

  @Test
  void aParameterAskedForAgainIsTheSameLeaf() {
    Context context = Context.of(Mode.INFERENCE);
    Layer conv = Conv.of(3, 3, 3);
    Expr once = context.apply("conv", conv, Expr.input("x", PICTURE));
    context.apply("conv", conv, once);

    assertThat(context.parameters())
        .extracting(Parameter::path)
        .containsExactly("conv.weight", "conv.bias");
  }

  @Test
  void aParameterOfAnotherShapeIsRefused() {
    Context context = Context.of(Mode.INFERENCE).at("block1").at("conv");
    context.parameter("weight", Shape.of(2), ParameterRole.WEIGHT, Initializer.zeros());

    assertThatThrownBy(
            () ->
                context.parameter("weight", Shape.of(3), ParameterRole.WEIGHT, Initializer.zeros()))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "parameter \"block1.conv.weight\": shape [3] is asked for, [2] was declared before"
                + " — give the layers different names");
  }

  @Test
  void shapeErrorsNameTheLayer() {
    Layer block = Sequential.empty().then("conv", Conv.of(4, 32, 3));
    Context context = Context.of(Mode.INFERENCE);

    assertThatThrownBy(() -> context.apply("block1", block, Expr.input("x", PICTURE)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "conv2d \"block1.conv\": input has 3 channels, filter expects 4"
                + " (input [8, 3, 64, 64], filter [32, 4, 3, 3])");
  }

  @Test
  void shapeErrorsOfExpressionsNameTheInnermostChild() {
    Layer broken = (input, inner) -> input.plus(Expr.zeros(Shape.of(5)));
    Layer block = Sequential.empty().then("sum", broken);
    Context context = Context.of(Mode.INFERENCE);

    assertThatThrownBy(() -> context.apply("block1", block, Expr.input("x", PICTURE)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("add \"block1.sum\": shapes [8, 3, 64, 64] and [5] do not match");
  }

  @Test
  void theFirstUpdateOfAStatisticStays() {
    Context context = Context.of(Mode.TRAINING);
    Layer norm = BatchNorm.of(3);
    context.apply("bn", norm, Expr.input("x", PICTURE));
    Expr first = context.updates().get(0).value();
    context.apply("bn", norm, Expr.input("other", PICTURE));

    assertThat(context.updates())
        .extracting(update -> update.statistic().path())
        .containsExactly("bn.running_mean", "bn.running_var");
    assertThat(context.updates().get(0).value()).isSameAs(first);
    assertThat(context.trainable())
        .extracting(Parameter::path)
        .containsExactly("bn.weight", "bn.bias");
  }

  @Test
  void onlyStatisticsAreUpdated() {
    Context context = Context.of(Mode.TRAINING);
    Expr weight =
        context.parameter("weight", Shape.of(2), ParameterRole.WEIGHT, Initializer.zeros());

    assertThatThrownBy(() -> context.update(weight, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a buffer of this context — declare it with buffer(…)");
  }

  @Test
  void noiseIsSharedAndItsMaskIsSeeded() {
    Context context = Context.of(Mode.TRAINING);
    Layer dropout = Dropout.of(0.25);
    Expr x = Expr.input("x", Shape.of(100, 100));
    context.apply("drop", dropout, x);
    context.apply("drop", dropout, x);

    assertThat(context.noise()).hasSize(1);
    Noise noise = context.noise().get(0);
    Tensor mask = noise.draw(SeededRandom.of(3));
    assertThat(mask).isEqualTo(noise.draw(SeededRandom.of(3)));
    int kept = 0;
    for (int i = 0; i < mask.size(); i++) {
      assertThat(mask.value(i)).isIn(0f, (float) (1 / 0.75));
      kept += mask.value(i) > 0 ? 1 : 0;
    }
    // Five standard deviations of a binomial of 10000 draws at 0.75.
    assertThat(kept).isBetween(7500 - 217, 7500 + 217);
  }

  @Test
  void dropoutIsTheIdentityInInference() {
    Expr x = Expr.input("x", PICTURE);
    assertThat(Dropout.of(0.5).apply(x, Context.of(Mode.INFERENCE))).isSameAs(x);
    assertThatThrownBy(() -> Dropout.of(1))
        .hasMessage("dropout: the probability must be in [0, 1), not 1.0");
  }
}
