package org.neuralharmonizer.study.cli;

import org.neuralharmonizer.study.comparison.Scoring;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.ShareSums;

/** Many machines that do the work of a command. */
public interface Cluster extends AutoCloseable {

  /** Scores the networks of {@code study}. */
  Scoring scoring(RemoteCommand command);

  /** Computes the shares of {@code train}. */
  ShareSums sums(RemoteCommand command, Division division);

  /** For the record of a run: the engine, its version, and where it runs. */
  String description();

  @Override
  void close();

  /** Reaches clusters; found among services where its module is on the class path. */
  interface Provider {

    /**
     * Connects.
     *
     * @param master as Spark names it, such as {@code local-cluster[2,1,1024]}; empty for the one
     *     that whoever started this process has chosen
     */
    Cluster connect(String master);
  }
}
