package org.neuralharmonizer.nn;

import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * How a parameter starts. The fans of a filter O × I × h × w are I·h·w in and O·h·w out, those of a
 * matrix O × I are I and O.
 */
@FunctionalInterface
public interface Initializer {

  /** A first value. */
  Tensor initialize(Shape shape, SeededRandom random);

  /** 0 throughout. */
  static Initializer zeros() {
    return constant(0);
  }

  /** 1 throughout. */
  static Initializer ones() {
    return constant(1);
  }

  /** One value throughout. */
  static Initializer constant(double value) {
    return (shape, random) -> Tensor.filled(shape, value);
  }

  /**
   * Normal with variance 2 / fan in, not truncated.
   *
   * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun: Delving deep into
   *     rectifiers</a>
   */
  static Initializer heNormal() {
    return (shape, random) -> {
      double deviation = Math.sqrt(2.0 / fanIn(shape));
      return Tensor.generate(shape, i -> deviation * random.nextGaussian());
    };
  }

  /**
   * Uniform in ±√(6 / (fan in + fan out)).
   *
   * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot, Bengio: Understanding
   *     the difficulty of training deep feedforward neural networks</a>
   */
  static Initializer glorotUniform() {
    return (shape, random) -> {
      double limit = Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)));
      return Tensor.generate(shape, i -> random.nextDouble(-limit, limit));
    };
  }

  /**
   * Uniform in ±1 / √(fan in): small first weights, PyTorch's default for convolutions and dense
   * layers.
   *
   * @see <a href="https://github.com/pytorch/pytorch">torch/nn/modules/conv.py,
   *     reset_parameters</a>
   */
  static Initializer fanInUniform() {
    return (shape, random) -> {
      double limit = 1 / Math.sqrt(fanIn(shape));
      return Tensor.generate(shape, i -> random.nextDouble(-limit, limit));
    };
  }

  /** Normal with the given standard deviation, drawn again where beyond two of them. */
  static Initializer truncatedNormal(double deviation) {
    return (shape, random) ->
        Tensor.generate(
            shape,
            i -> {
              double draw = random.nextGaussian();
              while (Math.abs(draw) > 2) {
                draw = random.nextGaussian();
              }
              return deviation * draw;
            });
  }

  private static int fanIn(Shape shape) {
    return shape.rank() == 0 ? 1 : Math.max(1, shape.inner().size());
  }

  private static int fanOut(Shape shape) {
    return shape.rank() < 2 ? shape.size() : shape.with(1, 1).size();
  }
}
