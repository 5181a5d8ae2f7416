package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.nio.file.Path;
import org.neuralharmonizer.tensor.Tensor;

/** Files of one {@code TensorProto} each ({@code .pb}), as ONNX keeps its test data in. */
public final class OnnxTensors {
  private OnnxTensors() {}

  /**
   * Reads a tensor; whole numbers and truth values become floats.
   *
   * @throws org.neuralharmonizer.io.MalformedFileException if the file is damaged, its numbers are
   *     of a type that is not read, or a whole number is beyond what a float holds exactly
   * @throws IOException if the file cannot be read
   */
  public static Tensor read(Path file) throws IOException {
    return OnnxModel.read(file, message -> OnnxArray.decode(message, ExternalData.none()).values());
  }
}
