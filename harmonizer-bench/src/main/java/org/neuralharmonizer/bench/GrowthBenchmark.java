package org.neuralharmonizer.bench;

import java.util.Collections;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * How the cost of a harmonized step grows with the size of images and the depth of the network: 3 ×
 * 3 convolutions of 32 channels, a pooling after every second, batch 8.
 */
public class GrowthBenchmark extends BackendBenchmark {
  private static final int CHANNELS = 32;
  private static final int CLASSES = 10;
  private static final int BATCH = 8;

  /** Height and width of an image. */
  @Param({"32", "64", "128"})
  public int size;

  /** Convolutions. */
  @Param({"2", "4", "6"})
  public int depth;

  @Override
  Work work(Backend on) {
    Integer[] widths = Collections.nCopies(depth, CHANNELS).toArray(new Integer[0]);
    ReferenceCnn network =
        ReferenceCnn.of(CLASSES).withImage(Shape.of(3, size, size)).withWidths(widths);
    return NetworkWork.step(
        NetworkWork.objective(network.classifier()), Samples::parameters, BATCH, on);
  }

  /** One step. */
  @Benchmark
  public Object step() {
    return run();
  }
}
