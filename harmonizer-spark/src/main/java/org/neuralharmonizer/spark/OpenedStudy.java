package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.study.comparison.StudyProtocol;

/**
 * What a study measures on, opened once in each process, on the driver or an executor, and kept
 * there until another study comes: shards of records are read through when they are opened.
 *
 * @param id of the study
 */
record OpenedStudy(UUID id, StudyTask task) implements Serializable {
  private static @Nullable Opened opened;

  private record Opened(UUID id, StudyProtocol protocol) {}

  /** The protocol, safe to share between tasks. */
  StudyProtocol protocol() throws IOException {
    synchronized (OpenedStudy.class) {
      if (opened == null || !opened.id().equals(id)) {
        closeOpened();
        opened = new Opened(id, task.protocol());
      }
      return opened.protocol();
    }
  }

  /** The protocol, if this machine sees as many photographs as the driver. */
  StudyProtocol protocol(int photographs) throws IOException {
    StudyProtocol protocol = protocol();
    if (protocol.images().size() != photographs) {
      throw new IllegalStateException(
          "study: an executor sees %d photographs, the driver %d — let all machines see the same files"
              .formatted(protocol.images().size(), photographs));
    }
    return protocol;
  }

  /** Closes it in this process. */
  void close() throws IOException {
    synchronized (OpenedStudy.class) {
      if (opened != null && opened.id().equals(id)) {
        closeOpened();
      }
    }
  }

  private static void closeOpened() throws IOException {
    if (opened != null) {
      opened.protocol().images().close();
      opened = null;
    }
  }
}
