package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.neuralharmonizer.nn.Parameters;

/**
 * A network's values as a {@code .safetensors} file, one F32 array per path, to the bit.
 *
 * <p>The file is sorted by path. {@link Parameters#fitting} puts what was loaded into a network's
 * order and says what does not belong to it.
 */
public final class ParameterFiles {
  private ParameterFiles() {}

  /**
   * Creates or replaces a file, atomically.
   *
   * @param provenance free text to keep beside the values, such as a training run's settings;
   *     {@link Safetensors#metadata} reads it again
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void save(Path file, Parameters parameters, Map<String, String> provenance)
      throws IOException {
    Safetensors.write(file, parameters.asMap(), provenance);
  }

  /**
   * The values in a file, sorted by path.
   *
   * @throws MalformedFileException if the file is damaged
   * @throws IOException if the file cannot be read
   */
  public static Parameters load(Path file) throws IOException {
    return Parameters.of(Safetensors.read(file));
  }
}
