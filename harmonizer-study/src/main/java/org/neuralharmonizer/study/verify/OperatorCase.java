package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.tensor.Shape;

/**
 * An operator of the reference data as its entry describes it: a name, the shapes of its operands
 * and result, and a note. Mutable in its inputs, which layers replace by their own parameters.
 */
final class OperatorCase {
  final String name;
  final String note;
  final Shape out;
  private final List<Expr> inputs = new ArrayList<>();

  OperatorCase(String name, Map<String, Object> entry) {
    this.name = name;
    this.note = String.valueOf(entry.getOrDefault("note", ""));
    this.out = Shape.of(Values.integers(entry.get("out")));
    for (Object shape : Values.list(entry.get("shapes"))) {
      inputs.add(Expr.input("in" + inputs.size(), Shape.of(Values.integers(shape))));
    }
  }

  int operands() {
    return inputs.size();
  }

  Expr in(int operand) {
    return inputs.get(operand);
  }

  /**
   * A layer applied to the first operand; the others are its parameters, in the order of its
   * declarations.
   */
  Expr layer(Layer layer, Mode mode) {
    Context context = Context.of(mode);
    Expr output = layer.apply(in(0), context);
    int operand = 1;
    for (Parameter parameter : context.trainable()) {
      inputs.set(operand++, parameter.leaf());
    }
    return output;
  }

  /** The first group of a pattern found in the name, or null. */
  @Nullable String named(String pattern) {
    return found(pattern, name);
  }

  /** The first group of a pattern found in the note, or null. */
  @Nullable String noted(String pattern) {
    return found(pattern, note);
  }

  /** A number in the note, or another. */
  double noted(String pattern, double otherwise) {
    String number = noted(pattern);
    return number == null ? otherwise : Double.parseDouble(number);
  }

  /** A number in the name, or another. */
  int named(String pattern, int otherwise) {
    String number = named(pattern);
    return number == null ? otherwise : Integer.parseInt(number);
  }

  private static @Nullable String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }
}
