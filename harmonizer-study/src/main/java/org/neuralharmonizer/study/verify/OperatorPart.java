package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Tensor;

/** Operators with their first and second derivatives. */
final class OperatorPart implements Part {
  static final String NAME = "g_ops";
  // Sums of up to a few hundred products of values of order 1, each rounded to 6e-8.
  private static final Tolerance RESULT = Tolerance.single(1e-5);
  // A derivative adds such sums, one of second order twice; divisions by deviations lose a digit.
  private static final Tolerance DERIVATIVE = Tolerance.single(1e-4);

  @Override
  public boolean isIn(ReferenceFiles golden) {
    return golden.has(NAME + ".json") && golden.has(NAME + ".safetensors");
  }

  @Override
  public boolean reads(ReferenceFiles golden, String stem) {
    return stem.equals(NAME);
  }

  @Override
  public PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder(NAME, precision);
    Map<String, Tensor> tensors = golden.tensors(NAME + ".safetensors");
    golden
        .json(NAME + ".json")
        .forEach(
            (name, entry) ->
                recorder.run(
                    name,
                    test -> {
                      OperatorCase operator = new OperatorCase(name, Values.object(entry));
                      Expr out = OperatorCatalogue.build(operator);
                      if (out != null) {
                        compare(test, operator, out, below(name, tensors), evaluator);
                      }
                    }));
    return recorder.report();
  }

  /** The tensors of one operator, without its name. */
  private static Map<String, Tensor> below(String name, Map<String, Tensor> tensors) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    tensors.forEach(
        (path, tensor) -> {
          if (path.startsWith(name + ".")) {
            own.put(path.substring(name.length() + 1), tensor);
          }
        });
    return own;
  }

  private static void compare(
      PartRecorder.Case test,
      OperatorCase operator,
      Expr out,
      Map<String, Tensor> tensors,
      Evaluator evaluator) {
    Expr v = Expr.input("v", out.shape());
    Expr u = Expr.input("u", operator.in(0).shape());
    List<Expr> operands = new ArrayList<>();
    Map<Expr, double[]> inputs = new HashMap<>();
    supply(inputs, tensors, "v", v);
    supply(inputs, tensors, "u", u);
    for (int k = 0; k < operator.operands(); k++) {
      operands.add(operator.in(k));
      supply(inputs, tensors, "in" + k, operator.in(k));
    }
    Map<String, Expr> computed = new LinkedHashMap<>();
    computed.put("out", out);
    List<Expr> first = Derivatives.vjp(out, operands, v);
    List<Expr> variables = new ArrayList<>(operands);
    variables.add(v);
    List<Expr> second = Derivatives.vjp(first.get(0), variables, u);
    for (int k = 0; k < operands.size(); k++) {
      computed.put("grad" + k, first.get(k));
      computed.put("second" + k, second.get(k));
    }
    computed.put("second_v", second.get(operands.size()));
    compare(test, computed, inputs, tensors, evaluator);
  }

  private static void supply(
      Map<Expr, double[]> inputs, Map<String, Tensor> tensors, String name, Expr input) {
    Tensor value = tensors.get(name);
    if (value != null) {
      inputs.put(input, Values.doubles(value));
    }
  }

  private static void compare(
      PartRecorder.Case test,
      Map<String, Expr> computed,
      Map<Expr, double[]> inputs,
      Map<String, Tensor> tensors,
      Evaluator evaluator) {
    List<String> wanted =
        tensors.keySet().stream().filter(name -> !name.matches("in\\d+|u|v")).toList();
    List<String> claimed = wanted.stream().filter(computed::containsKey).toList();
    wanted.stream().filter(name -> !computed.containsKey(name)).forEach(test::notClaimed);
    List<double[]> values =
        evaluator.evaluate(claimed.stream().map(computed::get).toList(), inputs);
    double scale = 0;
    for (String name : claimed) {
      scale = Math.max(scale, Values.norm(Values.doubles(Values.tensor(tensors, name))));
    }
    for (int i = 0; i < claimed.size(); i++) {
      String name = claimed.get(i);
      double[] expected = Values.doubles(Values.tensor(tensors, name));
      Tolerance tolerance = name.equals("out") ? RESULT : DERIVATIVE;
      test.compare(name, values.get(i), expected, tolerance, scale);
    }
  }
}
