package org.neuralharmonizer.cpu;

import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Copies tensors into slabs, large ones with all threads: one does not use the whole memory bus.
 */
final class SharedCopy {
  private static final int PART = 1 << 16;

  private final Workers workers;
  private final IntConsumer copyPart = this::copyPart;
  private @Nullable Tensor source;
  private float[] target = {};
  private int offset;

  SharedCopy(Workers workers) {
    this.workers = workers;
  }

  void copy(Tensor from, float[] to, int start) {
    source = from;
    target = to;
    offset = start;
    workers.forEach(ProductPlan.ceiling(from.size(), PART), copyPart);
    source = null;
  }

  private void copyPart(int i) {
    Tensor from = Objects.requireNonNull(source);
    int start = i * PART;
    from.copyTo(start, Math.min(PART, from.size() - start), target, offset + start);
  }
}
