/** Second-order engine, explanations, harmonization loss and human alignment. */
module org.neuralharmonizer.core {
  requires transitive org.jspecify;
  requires commons.math3;
  requires static jdk.incubator.vector;

  exports org.neuralharmonizer.autodiff;
  exports org.neuralharmonizer.explain;
  exports org.neuralharmonizer.expr;
  exports org.neuralharmonizer.loss;
  exports org.neuralharmonizer.nn;
  exports org.neuralharmonizer.nn.zoo;
  exports org.neuralharmonizer.tensor;
}
