package org.neuralharmonizer.nn;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;

/** A classifier applied in a context, which remembers what it built for which images. */
final class NamedModel implements Model {
  private final Classifier classifier;
  private final Context context;
  private final Map<Expr, Pass> passes = new IdentityHashMap<>();

  private record Pass(Expr logits, Map<String, Expr> activations) {}

  NamedModel(Classifier classifier, Context context) {
    this.classifier = classifier;
    this.context = context;
  }

  @Override
  public Expr logits(Expr images) {
    return passes.computeIfAbsent(images, this::pass).logits();
  }

  @Override
  public Map<String, Expr> activations(Expr images) {
    return passes.computeIfAbsent(images, this::pass).activations();
  }

  private Pass pass(Expr images) {
    Map<String, Expr> activations = new LinkedHashMap<>();
    Expr logits = classifier.logits(images, context.naming(activations));
    return new Pass(logits, Collections.unmodifiableMap(activations));
  }
}
