/** Second-order engine, explanations, harmonization loss, training and human alignment. */
module org.neuralharmonizer.core {
  requires transitive org.jspecify;
  requires commons.math3;
  requires static jdk.incubator.vector;

  exports org.neuralharmonizer.alignment;
  exports org.neuralharmonizer.autodiff;
  exports org.neuralharmonizer.backend;
  exports org.neuralharmonizer.data;
  exports org.neuralharmonizer.explain;
  exports org.neuralharmonizer.expr;
  exports org.neuralharmonizer.loss;
  exports org.neuralharmonizer.nn;
  exports org.neuralharmonizer.nn.zoo;
  exports org.neuralharmonizer.program;
  exports org.neuralharmonizer.psychophysics;
  exports org.neuralharmonizer.tensor;
  exports org.neuralharmonizer.train;

  uses org.neuralharmonizer.backend.BackendProvider;

  provides org.neuralharmonizer.backend.BackendProvider with
      org.neuralharmonizer.cpu.CpuBackendProvider;
}
