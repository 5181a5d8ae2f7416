package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * One layer of Keras on one input, as it is stored: H × W × C without a batch, weights in Keras'
 * order.
 *
 * @param layer its kind, such as {@code convolutional.Conv2D}
 * @param settings its arguments, in the authors' words
 */
record KerasCase(String layer, String settings, Expr input, List<Expr> weights, Tensor expected) {
  private static final Pattern NUMBERS = Pattern.compile("-?\\d+");

  static KerasCase of(String name, @Nullable Object settings, Object json) {
    Map<String, Object> fields = Values.object(json);
    List<Expr> weights = new ArrayList<>();
    if (fields.get("weights") != null) {
      Values.list(fields.get("weights")).forEach(each -> weights.add(Expr.constant(array(each))));
    }
    return new KerasCase(
        name.replaceFirst("\\.\\d+$", ""),
        String.valueOf(settings),
        Expr.constant(array(fields.get("input"))),
        weights,
        array(fields.get("expected")));
  }

  private static Tensor array(@Nullable Object json) {
    Map<String, Object> fields = Values.object(json);
    double[] data = Values.numbers(fields.get("data"));
    return Tensor.generate(Shape.of(Values.integers(fields.get("shape"))), i -> data[i]);
  }

  boolean says(String word) {
    return settings.contains(word);
  }

  /** The whole numbers after a word, such as {@code strides=}. */
  int[] numbers(String word) {
    Matcher found = Pattern.compile(Pattern.quote(word) + "(\\([^)]*\\)|-?\\d+)").matcher(settings);
    return found.find() ? numbers(NUMBERS.matcher(found.group(1))) : new int[0];
  }

  /** Top, bottom, left and right, from one number for an axis or one for each side. */
  int[] sides() {
    int[] given = numbers(NUMBERS.matcher(settings.substring(0, settings.indexOf(" on "))));
    return given.length == 4 ? given : new int[] {given[0], given[0], given[1], given[1]};
  }

  private static int[] numbers(Matcher matcher) {
    return matcher.results().mapToInt(each -> Integer.parseInt(each.group())).toArray();
  }

  Expr weight(int index) {
    return weights.get(index);
  }
}
