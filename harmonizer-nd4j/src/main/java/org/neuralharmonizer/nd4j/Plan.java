package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Calls of ND4J's operations in order, with the arrays that they work on. Both are made once; a run
 * makes the calls again.
 */
final class Plan implements AutoCloseable {

  /** Where arrays live, which decides how operations are called and what Java may read. */
  enum Device {
    /** In this process's memory. */
    CPU,
    /** On a GPU: nothing is read on the way, and no context is used twice. */
    CUDA
  }

  private final Device device;
  private final Storage storage;
  private final List<OpContext> contexts = new ArrayList<>();

  private final List<Runnable> checks = new ArrayList<>();
  private List<Runnable> calls = new ArrayList<>();

  Plan(Device device, Storage storage) {
    this.device = device;
    this.storage = storage;
  }

  Device device() {
    return device;
  }

  Storage storage() {
    return storage;
  }

  /** What was planned since the last time; scratch arrays may be used anew. */
  List<Runnable> take() {
    List<Runnable> taken = calls;
    calls = new ArrayList<>();
    storage.releaseScratch();
    return taken;
  }

  INDArray scratch(long... extents) {
    return storage.scratch(DataType.FLOAT, extents);
  }

  INDArray scratchLike(INDArray array) {
    return scratch(array.shape());
  }

  /** Scratch truth values. */
  INDArray truths(long... extents) {
    return storage.scratch(DataType.BOOL, extents);
  }

  /** Scratch whole numbers, such as an index. */
  INDArray integers(long extent) {
    return storage.scratch(DataType.INT32, extent);
  }

  /** The same, as some operations give them. */
  INDArray longs(long extent) {
    return storage.scratch(DataType.INT64, extent);
  }

  /** What is to be looked at when all steps are done, before variables change. */
  void checkAfterwards(Consumer<float[]> check, INDArray values) {
    checks.add(() -> check.accept(values.dup('c').data().asFloat()));
  }

  List<Runnable> checks() {
    return checks;
  }

  /** Something that Java does itself, on the processor. */
  void host(Runnable loop) {
    calls.add(loop);
  }

  void custom(String name, INDArray result, INDArray... operands) {
    custom(name, new int[0], result, operands);
  }

  /** An operation by its name, with whole numbers that it takes. */
  void custom(String name, int[] integers, INDArray result, INDArray... operands) {
    call(name, integers, new double[0], result, operands);
  }

  /** A product of matrices or of batches of them: a b + beta · result. */
  void product(Product product, INDArray a, INDArray b, INDArray result) {
    int[] integers = {product.left(), product.right(), 0};
    call("matmul", integers, new double[] {1, product.beta()}, result, a, b);
  }

  private void call(
      String name, int[] integers, double[] floats, INDArray result, INDArray... operands) {
    DynamicCustomOp operation =
        DynamicCustomOp.builder(name)
            .addInputs(operands)
            .addOutputs(result)
            .addIntegerArguments(integers)
            .addFloatingPointArguments(Arrays.stream(floats).boxed().toArray(Double[]::new))
            .build();
    if (device == Device.CUDA) {
      // A context that is used again does not tell its arrays that they have changed.
      calls.add(() -> Nd4j.exec(operation));
      return;
    }
    OpContext context = Nd4j.getExecutioner().buildContext();
    contexts.add(context);
    context.setInputArrays(operands);
    context.setOutputArrays(result);
    context.setIArguments(Views.longs(integers));
    context.setTArguments(floats);
    calls.add(() -> Nd4j.exec(operation, context));
  }

  /**
   * How a product is formed.
   *
   * @param left 1 if the left operand is transposed, else 0
   * @param right the same of the right operand
   * @param beta 0, or 1 to add to what the result holds
   */
  record Product(int left, int right, double beta) {
    static final Product PLAIN = new Product(0, 0, 0);
  }

  /** An operation of ND4J's older kind. */
  void legacy(Op operation) {
    calls.add(() -> Nd4j.exec(operation));
  }

  /** From any strides to any others. */
  void copy(INDArray from, INDArray to) {
    calls.add(() -> to.assign(from));
  }

  void fill(INDArray array, double value) {
    calls.add(() -> array.assign(value));
  }

  @Override
  public void close() {
    for (OpContext context : contexts) {
      try {
        context.close();
      } catch (Exception e) {
        throw new IllegalStateException("nd4j: a context cannot be closed", e);
      }
    }
    contexts.clear();
    storage.close();
  }
}
