package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.Serializable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.study.comparison.StudyProtocol;

/**
 * How every machine comes by what a study measures on. It is sent to the executors; so it holds
 * what is small, such as paths on a file system that all of them see.
 */
public interface StudyTask extends Serializable {

  /**
   * Photographs, maps, labels and the explanation; called once in each process. The images are
   * closed with the study.
   */
  StudyProtocol protocol() throws IOException;

  /**
   * What computes.
   *
   * @param threads the cores that Spark gives each task, {@code spark.task.cpus}
   */
  default Backend backend(int threads) {
    return Backends.best(BackendOptions.defaults().withThreads(threads));
  }
}
