package org.neuralharmonizer.study.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The reference CNN; number and widths of its convolutions follow from the weights. */
record ReferenceCnns(int size) implements Architecture {
  private static final int CHANNELS = 3;

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.unit();
  }

  @Override
  public Classifier classifierFor(Map<String, Tensor> values) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 1; values.containsKey("conv" + i + ".weight"); i++) {
      widths.add(Architecture.rows(values, "conv" + i + ".weight", 1));
    }
    int classes = Architecture.rows(values, "fc.bias", 1);
    ReferenceCnn network = ReferenceCnn.of(classes).withImage(image());
    if (values.containsKey("bn1.weight")) {
      network = network.withNormalization(ReferenceCnn.Normalization.BATCH);
    }
    boolean pairs = !widths.isEmpty() && widths.size() % 2 == 0;
    return (pairs ? network.withWidths(widths.toArray(Integer[]::new)) : network).classifier();
  }

  @Override
  public Classifier classifier(int classes) {
    return ReferenceCnn.of(classes).withImage(image()).classifier();
  }

  private Shape image() {
    return Shape.of(CHANNELS, size, size);
  }
}
