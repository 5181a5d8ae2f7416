package org.neuralharmonizer.io.onnx;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;

/** How an ONNX graph is read as a network, where the file does not say. Immutable. */
public final class OnnxOptions {
  private static final OnnxOptions DEFAULTS = new OnnxOptions(Layout.AS_DECLARED, null, null);

  /** Where an image of the graph has its channels; images of this library are C × H × W. */
  public enum Layout {
    /** Last if the graph declares 1, 3 or 4 positions there and not first, else first. */
    AS_DECLARED,
    /** The graph takes N × C × H × W. */
    CHANNELS_FIRST,
    /** The graph takes N × H × W × C. */
    CHANNELS_LAST
  }

  private final Layout layout;
  private final @Nullable Shape image;
  private final @Nullable String logits;

  private OnnxOptions(Layout layout, @Nullable Shape image, @Nullable String logits) {
    this.layout = layout;
    this.image = image;
    this.logits = logits;
  }

  /** Everything as the file declares it; a softmax at the end is left off. */
  public static OnnxOptions defaults() {
    return DEFAULTS;
  }

  public OnnxOptions withLayout(Layout other) {
    return new OnnxOptions(other, image, logits);
  }

  /** The shape of an image, C × H × W, for a graph that takes images of several sizes. */
  public OnnxOptions withImage(Shape other) {
    return new OnnxOptions(layout, other, logits);
  }

  /** The name of the value that holds the logits, in place of the graph's first output. */
  public OnnxOptions withLogits(String name) {
    return new OnnxOptions(layout, image, name);
  }

  Layout layout() {
    return layout;
  }

  @Nullable Shape image() {
    return image;
  }

  @Nullable String logits() {
    return logits;
  }
}
