package org.neuralharmonizer.cuda;

/**
 * Where an operand begins.
 *
 * @param offset bytes from the beginning of the area
 */
record Location(Area area, long offset) {

  /** A stretch of device memory. */
  enum Area {
    /** What the memory plan places. */
    ARENA,
    /** What a step needs while it runs. */
    SCRATCH,
    /** Word of operands that do not fit, and values set aside until a run ends. */
    ASIDE
  }

  static final Location SCRATCH = new Location(Area.SCRATCH, 0);

  /** Three floats: which check failed, at which position, and on what value. */
  static final Location STATUS = new Location(Area.ASIDE, 0);

  Location plus(long bytes) {
    return new Location(area, offset + bytes);
  }
}
