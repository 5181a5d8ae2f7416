package org.neuralharmonizer.spark;

import java.io.Serializable;

/**
 * What a share brings to an exchange. Brought again, as when it only asks for the sum, it changes
 * nothing.
 *
 * @param number of the exchange within the step, from 0
 * @param shares that meet
 * @param share whose it is
 * @param values floats as bytes; empty if they were brought before
 */
record SharePart(Stage stage, int number, int shares, int share, byte[] values)
    implements Serializable {

  /** The tasks that meet: those of one try of a step. */
  record Stage(int id, int attempt) implements Serializable {}

  SharePart askedAgain() {
    return new SharePart(stage, number, shares, share, new byte[0]);
  }
}
