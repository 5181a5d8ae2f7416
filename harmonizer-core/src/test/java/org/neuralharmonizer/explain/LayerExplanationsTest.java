package org.neuralharmonizer.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;

/** Explanations that look at a named layer, against calculations by hand. */
final class LayerExplanationsTest {
  private final Expr images = Expr.input("images", Shape.of(1, 2, 2, 2));
  private final Expr one = Expr.filled(Shape.of(1, 1), 1);
  private final Map<Expr, double[]> values = new HashMap<>();

  /** A layer that doubles the image, and the score Σ factor · layer. */
  private record Doubling(Tensor factors) implements Model {
    @Override
    public Expr logits(Expr images) {
      return activations(images).get("score");
    }

    @Override
    public Map<String, Expr> activations(Expr images) {
      Expr layer = images.times(2);
      Map<String, Expr> all = new LinkedHashMap<>();
      all.put("layer", layer);
      all.put("score", layer.reshape(1, 8).matmul(Expr.constant(factors)));
      return all;
    }
  }

  /** The same expressions each time it is asked. */
  private static Model remembered(Model model) {
    Map<Expr, Map<String, Expr>> known = new HashMap<>();
    return new Model() {
      @Override
      public Expr logits(Expr images) {
        return activations(images).get("score");
      }

      @Override
      public Map<String, Expr> activations(Expr images) {
        return known.computeIfAbsent(images, model::activations);
      }
    };
  }

  @Test
  void gradCamByHand() {
    values.put(images, new double[] {1, 2, 3, 4, -1, 1, 2, -3});
    Model model = remembered(new Doubling(Tensor.of(Shape.of(8, 1), 1, 2, 3, 2, -1, 1, -4, -2)));
    // Mean gradients are 2 and −1.5: 2 · (2, 4, 6, 8) − 1.5 · (−2, 2, 4, −6).
    assertThat(evaluate(GradCam.of("layer").explain(model, images, one)))
        .containsExactly(new double[] {7, 5, 6, 25}, within(1e-14));
    Model opposite =
        remembered(new Doubling(Tensor.of(Shape.of(8, 1), -1, -2, -3, -2, 1, -1, 4, 2)));
    assertThat(evaluate(GradCam.of("layer").explain(opposite, images, one)))
        .containsExactly(0, 0, 0, 0);
  }

  @Test
  void gradCamPlusPlusByHand() {
    values.put(images, new double[] {0.5, 0, 0, 0.5, 0, 1, 0, 0});
    Model model = remembered(new Doubling(Tensor.of(Shape.of(8, 1), 1, 2, -1, 0, 3, -1, 0, -0.5f)));
    // Sums of activations are 2 and 2. α = 1/(2 + 2g): for gradients 1, 2 they are 1/4, 1/6, so the
    // first weight is 1/4 + 2/6; for 3 it is 1/8, so the second is 3/8. Where g = −1 the
    // denominator is 0, and such pixels count nothing.
    double first = 1.0 / 4 + 2.0 / 6;
    double second = 3.0 / 8;
    assertThat(evaluate(GradCamPlusPlus.of("layer").explain(model, images, one)))
        .containsExactly(new double[] {first, 2 * second, 0, first}, within(1e-7));
  }

  @Test
  void mapsAreResizedToTheImage() {
    Classifier classifier =
        Classifier.of(
            Sequential.empty()
                .then("conv", Conv.of(1, 3, 2).withStride(2))
                .then("relu", Activation.RELU)
                .then(Shaping.GLOBAL_AVERAGE)
                .then("fc", Dense.of(3, 2)),
            Shape.of(1, 8, 12),
            2);
    Context context = Context.of(Mode.INFERENCE);
    Model model = classifier.model(context);
    Expr pictures = Expr.input("pictures", Shape.of(2, 1, 8, 12));
    Expr labels = Expr.input("labels", Shape.of(2, 2));
    assertThat(model.activations(pictures)).containsOnlyKeys("conv", "relu", "fc");
    assertThat(model.activation("fc", pictures)).isSameAs(model.logits(pictures));
    assertThat(GradCam.of("relu").explain(model, pictures, labels).shape())
        .isEqualTo(Shape.of(2, 8, 12));
    assertThatThrownBy(() -> GradCam.of("conv9").explain(model, pictures, labels))
        .hasMessage("model: there is no layer \"conv9\" — there are [conv, relu, fc]");
    assertThatThrownBy(() -> GradCam.of("fc").explain(model, pictures, labels))
        .hasMessage(
            "grad-cam: layer \"fc\" gives [2, 2], expected pixels N × K × h × w or tokens N × T × K");
    assertThatThrownBy(() -> new AttentionRollout().explain(model, pictures, labels))
        .hasMessage(
            "attention rollout: the model has no multi-head attention — use another explanation");
  }

  /** A layer of blocks of 4 × 4 pixels, one of them bright: the map is brightest in that block. */
  @Test
  void placesInTheLayerArePlacesInTheImage() {
    Expr picture = Expr.input("picture", Shape.of(1, 1, 8, 12));
    double[] pixels = new double[96];
    for (int i = 0; i < 96; i++) {
      pixels[i] = i / 12 >= 4 && i % 12 >= 8 ? 1 : 0;
    }
    values.put(picture, pixels);
    Model model =
        remembered(
            new Model() {
              @Override
              public Expr logits(Expr images) {
                return activations(images).get("score");
              }

              @Override
              public Map<String, Expr> activations(Expr images) {
                Expr blocks = images.reshape(1, 1, 2, 4, 3, 4).mean(3, 5);
                Map<String, Expr> all = new LinkedHashMap<>();
                all.put("layer", blocks);
                all.put("score", blocks.sum(1, 2, 3).reshape(1, 1));
                return all;
              }
            });
    double[] map = evaluate(GradCam.of("layer").explain(model, picture, one));
    for (int i = 0; i < 96; i++) {
      // Half-pixel centres: the outer half of the corner block is as bright as the block itself.
      boolean outer = i / 12 >= 6 && i % 12 >= 10;
      assertThat(map[i]).isCloseTo(outer ? 1 : Math.min(map[i], 0.9), within(1e-12));
    }
  }

  /** The numbers of {@link #gradCamByHand} as tokens, with a class token before them or none. */
  @Test
  void tokensCountAsPixels() {
    values.put(images, new double[] {1, 2, 3, 4, -1, 1, 2, -3});
    Tensor factors = Tensor.of(Shape.of(8, 1), 1, 2, 3, 2, -1, 1, -4, -2);
    for (int first = 0; first <= 1; first++) {
      int before = first;
      Model model =
          remembered(
              new Model() {
                @Override
                public Expr logits(Expr images) {
                  return activations(images).get("score");
                }

                @Override
                public Map<String, Expr> activations(Expr images) {
                  Expr patches = images.times(2).reshape(1, 2, 4).permute(0, 2, 1);
                  Expr tokens =
                      before == 0
                          ? patches
                          : Functions.concat(1, Expr.filled(Shape.of(1, 1, 2), 50), patches);
                  Expr seen = Functions.slice(tokens, 1, before, before + 4).permute(0, 2, 1);
                  Map<String, Expr> all = new LinkedHashMap<>();
                  all.put("layer", tokens);
                  all.put("score", seen.reshape(1, 8).matmul(Expr.constant(factors)));
                  return all;
                }
              });
      assertThat(evaluate(GradCam.of("layer").explain(model, images, one)))
          .containsExactly(new double[] {7, 5, 6, 25}, within(1e-14));
    }
  }

  /** Two blocks of one head over a class token and two patches beside each other. */
  @Test
  void rolloutByHand() {
    Expr picture = Expr.input("picture", Shape.of(1, 1, 1, 2));
    values.put(picture, new double[] {0, 0});
    Tensor first = Tensor.of(Shape.of(1, 1, 3, 3), 0.5f, 0.5f, 0, 0, 1, 0, 0.25f, 0.25f, 0.5f);
    Tensor second = Tensor.of(Shape.of(1, 1, 3, 3), 0, 0.5f, 0.5f, 1, 0, 0, 0, 0, 1);
    Model model =
        new Model() {
          @Override
          public Expr logits(Expr images) {
            return Functions.slice(images.reshape(1, 2), 1, 0, 1);
          }

          @Override
          public Map<String, Expr> activations(Expr images) {
            Map<String, Expr> all = new LinkedHashMap<>();
            all.put("b1." + MultiHeadAttention.WEIGHTS, Expr.constant(first));
            all.put("b2." + MultiHeadAttention.WEIGHTS, Expr.constant(second));
            return all;
          }
        };
    // The class token's row of ½(A₂ + I) is (½, ¼, ¼). Times ½(A₁ + I) with rows
    // (¾, ¼, 0), (0, 1, 0), (⅛, ⅛, ¾): the patches get ⅛ + ¼ + 1/32 and 3/16.
    assertThat(evaluate(new AttentionRollout().explain(model, picture, one)))
        .containsExactly(new double[] {13.0 / 32, 3.0 / 16}, within(1e-14));
    Expr square = Expr.input("square", Shape.of(1, 1, 4, 4));
    assertThatThrownBy(() -> new AttentionRollout().explain(model, square, one))
        .hasMessage(
            "attention rollout: 3 tokens, with or without a class token, are no grid of patches of"
                + " images [1, 1, 4, 4]");
  }

  @Test
  void attentionIsNamedInARealNetwork() {
    Classifier classifier =
        Classifier.of(
            Sequential.empty()
                .then("patch", Conv.of(1, 4, 2).withStride(2))
                .then(Shaping.TOKENS)
                .then("tokens", org.neuralharmonizer.nn.TokenEmbedding.of(4))
                .then(
                    "block", Residual.of((x, c) -> c.apply("attn", MultiHeadAttention.of(4, 2), x)))
                .then(Shaping.FIRST_TOKEN)
                .then("head", Dense.of(4, 2)),
            Shape.of(1, 4, 8),
            2);
    Expr pictures = Expr.input("pictures", Shape.of(3, 1, 4, 8));
    Model model = classifier.model(Context.of(Mode.INFERENCE));
    assertThat(model.activation("block.attn.attention_weights", pictures).shape())
        .isEqualTo(Shape.of(3, 2, 9, 9));
    assertThat(new AttentionRollout().explain(model, pictures, Expr.zeros(Shape.of(3, 2))).shape())
        .isEqualTo(Shape.of(3, 4, 8));
  }

  private double[] evaluate(Expr expr) {
    return Differences.evaluate(expr, values);
  }
}
