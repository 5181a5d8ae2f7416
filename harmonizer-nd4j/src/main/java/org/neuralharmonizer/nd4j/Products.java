package org.neuralharmonizer.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;

/** Calls for matrix products, each alone or in batches. */
final class Products {
  private final Plan plan;

  Products(Plan plan) {
    this.plan = plan;
  }

  void matmul(Step.Apply step) {
    Contraction.MatMul matmul = (Contraction.MatMul) step.primitive();
    Shape c = step.output().shape();
    if (step.inputs().get(0).shape().size() == 0 || step.inputs().get(1).shape().size() == 0) {
      plan.fill(plan.storage().view(step.output()), 0);
      return;
    }
    int batches = c.size() / (c.extent(-1) * c.extent(-2));
    Plan.Product product = new Plan.Product(flag(matmul.left()), flag(matmul.right()), 0);
    plan.product(
        product,
        matrices(step.inputs().get(0), batches),
        matrices(step.inputs().get(1), batches),
        matrices(step.output(), batches));
  }

  private INDArray matrices(Slot slot, int batches) {
    int rows = slot.shape().extent(-2);
    int columns = slot.shape().extent(-1);
    return batches == 1
        ? plan.storage().view(slot, rows, columns)
        : plan.storage().view(slot, batches, rows, columns);
  }

  private static int flag(Reading reading) {
    return reading == Reading.TRANSPOSED ? 1 : 0;
  }
}
