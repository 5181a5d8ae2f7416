package org.neuralharmonizer.cuda;

/**
 * Where an operand begins.
 *
 * @param offset bytes from the beginning of the area
 * @param format of the values from there on
 */
record Location(Area area, long offset, Format format) {

  /** A stretch of device memory. */
  enum Area {
    /** What the memory plan places. */
    ARENA,
    /** What a step needs while it runs. */
    SCRATCH,
    /** Word of operands that do not fit, and values set aside until a run ends. */
    ASIDE
  }

  static final Location SCRATCH = new Location(Area.SCRATCH, 0, Format.SINGLE);

  /** Three floats: which check failed, at which position, and on what value. */
  static final Location STATUS = new Location(Area.ASIDE, 0, Format.SINGLE);

  /** So many bytes further. */
  Location plus(long bytes) {
    return new Location(area, offset + bytes, format);
  }

  /** So many values further. */
  Location at(long value) {
    return plus(value * format.bytes());
  }
}
