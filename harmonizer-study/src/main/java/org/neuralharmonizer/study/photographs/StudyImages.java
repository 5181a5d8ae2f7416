package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.util.List;
import org.neuralharmonizer.study.networks.Framing;

/**
 * Photographs with people's maps, of which any few can be read at a time, so that a study needs no
 * more memory for many than for few. Safe to share between threads.
 */
public interface StudyImages extends AutoCloseable {

  /** The number of photographs. */
  int size();

  /** Their names in results, in order. */
  List<String> ids();

  /** How many photographs have a map. */
  int mapped();

  /** Whether maps of single raters may be known. */
  boolean hasRaters();

  /** What they are and how they are shown, for the record of a study. */
  String description();

  /** What tells their content from any other, with the name of the method in front. */
  String digest() throws IOException;

  /**
   * Reads the photographs from one position to before another.
   *
   * @throws IOException if a file cannot be read, or a map does not fit its photograph or holds a
   *     value that is not finite
   */
  Photographs read(int from, int to, Framing framing) throws IOException;

  /** Reads one photograph. */
  default Photographs read(int position, Framing framing) throws IOException {
    return read(position, position + 1, framing);
  }

  /** Gives back what was needed to read, such as temporary files. */
  @Override
  default void close() throws IOException {}
}
