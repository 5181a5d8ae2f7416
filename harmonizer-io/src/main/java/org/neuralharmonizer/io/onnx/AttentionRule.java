package org.neuralharmonizer.io.onnx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * {@code Attention}: softmax(s · Q Kᵀ + mask) V, with fewer heads of keys and values than of
 * queries, a cache of earlier ones, and soft-capped scores. A query that may look at nothing gives
 * zeros.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Attention.html">ONNX, Attention</a>
 */
final class AttentionRule {
  static final Map<String, Rule> RULES = Map.of("Attention", AttentionRule::attention);

  private static final int KEYS = 1;
  private static final int VALUES = 2;
  private static final int MASK = 3;
  private static final int PAST_KEYS = 4;
  private static final int PAST_VALUES = 5;
  private static final int LENGTHS = 6;

  private static final int RAW_SCORES = 0;
  private static final int BIASED_SCORES = 2;
  private static final int SHARES = 3;

  private AttentionRule() {}

  private static List<Operand> attention(Call call) {
    OnnxNode node = call.node();
    boolean isFlat = call.shape(0).rank() == 3;
    Expr queries = heads(call, 0, "q_num_heads");
    Expr keys = remembered(call, heads(call, KEYS, "kv_num_heads"), PAST_KEYS);
    Expr values = remembered(call, heads(call, VALUES, "kv_num_heads"), PAST_VALUES);
    int heads = queries.shape().extent(1);
    double scale = node.number("scale", 1 / Math.sqrt(queries.shape().extent(3)));
    Expr scores = queries.times(scale).matmulTransposed(shared(keys, heads));
    Expr raw = scores;
    double cap = node.number("softcap", 0);
    if (cap > 0) {
      scores = scores.times(1 / cap).tanh().times(cap);
    }
    Expr capped = scores;
    Expr allowed = allowed(call, scores.shape());
    if (call.has(MASK) && call.kind(MASK) != ElementKind.TRUTH) {
      scores = scores.plus(widened(call, scores.shape(), Double.NEGATIVE_INFINITY));
    }
    Expr forbidden = Expr.filled(scores.shape(), Double.NEGATIVE_INFINITY);
    Expr biased = allowed == null ? scores : Functions.select(allowed, scores, forbidden);
    Expr shares = shares(biased);
    Expr result = shares.matmul(shared(values, heads));
    if (isFlat) {
      Shape shape = result.shape();
      result =
          result
              .permute(0, 2, 1, 3)
              .reshape(shape.extent(0), shape.extent(2), shape.extent(1) * shape.extent(3));
    }
    Expr shown =
        switch (node.integer("qk_matmul_output_mode", 0)) {
          case RAW_SCORES -> raw;
          case BIASED_SCORES -> biased;
          case SHARES -> shares;
          default -> capped;
        };
    return List.of(call.result(result), call.result(keys), call.result(values), call.result(shown));
  }

  /** B × heads × length × size, from that or from B × length × (heads · size). */
  private static Expr heads(Call call, int index, String attribute) {
    Expr x = call.x(index);
    Shape shape = x.shape();
    if (shape.rank() == 4) {
      return x;
    }
    int heads = call.node().integer(attribute, 1);
    return x.reshape(shape.extent(0), shape.extent(1), heads, shape.extent(2) / heads)
        .permute(0, 2, 1, 3);
  }

  private static Expr remembered(Call call, Expr x, int past) {
    return call.has(past) ? Functions.concat(2, call.x(past), x) : x;
  }

  /** Each head of keys or values for as many neighbouring heads of queries. */
  private static Expr shared(Expr x, int heads) {
    Shape shape = x.shape();
    int own = shape.extent(1);
    if (own == heads) {
      return x;
    }
    int times = heads / own;
    return x.reshape(shape.extent(0), own, 1, shape.extent(2), shape.extent(3))
        .broadcastTo(Shape.of(shape.extent(0), own, times, shape.extent(2), shape.extent(3)))
        .reshape(shape.with(1, heads));
  }

  /** 1 where a query may look at a key, null if it may everywhere. */
  private static @Nullable Expr allowed(Call call, Shape scores) {
    int queries = scores.extent(2);
    int keys = scores.extent(3);
    Expr allowed = null;
    if (call.has(MASK) && call.kind(MASK) == ElementKind.TRUTH) {
      allowed = widened(call, scores, 0);
    }
    double[] lengths = call.has(LENGTHS) ? call.numbers(LENGTHS) : new double[0];
    int left = window(call, "left_window_size");
    int right = call.node().flag("is_causal") ? 0 : window(call, "right_window_size");
    if (left < keys || right < keys || lengths.length > 0) {
      int past = call.has(PAST_KEYS) ? call.shape(PAST_KEYS).extent(2) : 0;
      Tensor seen =
          Tensor.generate(
              Shape.of(Math.max(1, lengths.length), 1, queries, keys),
              i -> {
                double length = lengths.length > 0 ? lengths[i / keys / queries] : keys;
                double before = lengths.length > 0 ? length - queries : past;
                int key = i % keys;
                double ahead = key - (i / keys % queries + before);
                return key < length && -ahead <= left && ahead <= right ? 1 : 0;
              });
      Expr here = Expr.constant(seen).broadcastTo(scores);
      allowed = allowed == null ? here : allowed.times(here);
    }
    return allowed;
  }

  /** How many keys a query sees to one side of its own place. */
  private static int window(Call call, String attribute) {
    int size = call.node().integer(attribute, -1);
    return size < 0 ? Integer.MAX_VALUE : size;
  }

  /** The mask for every score; what a short one says nothing of is forbidden. */
  private static Expr widened(Call call, Shape scores, double forbidden) {
    Expr mask = call.x(MASK);
    int missing = scores.extent(3) - mask.shape().extent(-1);
    if (missing > 0) {
      Shape rest = mask.shape().with(-1, missing);
      mask = Functions.concat(-1, mask, Expr.filled(rest, forbidden));
    }
    return mask.broadcastTo(scores);
  }

  private static Expr shares(Expr scores) {
    Expr largest = Functions.maxKeeping(scores, -1).detached();
    Expr nothing =
        Expr.of(
            new Comparison.Equal(),
            largest,
            Expr.filled(largest.shape(), Double.NEGATIVE_INFINITY));
    Expr zeros = Expr.zeros(largest.shape());
    Expr base = Functions.select(nothing, zeros, largest);
    Expr exponentials = scores.minus(base).exp();
    Expr sum = exponentials.sumKeeping(-1);
    return exponentials.dividedBy(sum.plus(nothing));
  }
}
